"""Limits, shares that are paid later and clawbacks, written by hand in plain Python.

Every payment and every promise is an object with its month here; the engine keeps sums by age instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from tests.independent.arithmetic import (
    Number,
    Row,
    Truth,
    cents,
    month_number,
    number,
    number_or_zero,
    split_by_weight,
)
from tests.independent.drawn import Cells

RULESET = """
language: 1
ruleset: payments
version: "1"
currency: CNY
period: month
snapshot: {agent: agent_id, period: month}
attributes: {team: text}
metrics:
  sales: {type: money}
  quality: {type: count}
  gone: {type: count}
  breaches: {type: count, missing: 0}
total: {floor: 0, carry_rest: yes}
rules:
  - id: bonus
    kind: bonus
    applies_to: team == "x"
    pay: sales / 7
    hold_when: breaches == 3
    limit: {pay: 300, per: quarter}
    release:
      - {share: 33.33%}
      - {share: 33.33%, after: 2 months}
      - {share: 20%, within: 3 months, when: quality >= 2}
      - {share: 13.34%, after: 1 month, when: quality >= 1}
    clawback: {share: 60%, within: 2 months, when: gone > 0}
  - {id: plain, kind: bonus, pay: 20}
  - {id: half, kind: red_line, when: breaches == 1, consequence: {keep: 50%}, affects: bonus}
  - {id: breach, kind: red_line, when: breaches == 2, consequence: void, affects: bonus}
"""

CELLS: Cells = {
    "team": ("x", "x", "x", "y"),
    "sales": ("0", "700.35", "1234.56", "2100", "1.01", ""),
    "quality": ("0", "0", "1", "2", ""),
    "gone": ("0", "0", "0", "1", ""),
    "breaches": ("0", "0", "0", "1", "2", "3", ""),
}

F = Fraction
NOTHING = F(0)
# In the order in which cents that are left over are given out.
SHARES = {"1 now": F("0.3333"), "2 later": F("0.3333"), "3 earned": F("0.2"), "4 tested": F("0.1334")}


@dataclass
class Promise:
    """A share that is paid later: which one, since which month, and how much."""

    share: str
    since: int
    amount: Fraction


@dataclass
class Agent:
    """What earlier months left of one agent.

    `used` is what counts towards the limit by quarter, None where it is unknown. `payments` are the months of
    payments that have not been taken back, with their amounts.
    """

    promises: list[Promise] = field(default_factory=list)
    payments: list[tuple[int, Fraction]] = field(default_factory=list)
    used: dict[int, Number] = field(default_factory=dict)
    owed: Fraction = NOTHING


@dataclass(frozen=True)
class Paid:
    """One decision: what the rule pays (None where that is unknown), what stays deferred, and the total."""

    final: Number
    deferred: Fraction
    total: Fraction


def decide(rows: Sequence[Row]) -> dict[tuple[str, str], Paid]:
    """Return what every agent gets in every month."""
    agents: dict[str, Agent] = {}
    found: dict[tuple[str, str], Paid] = {}
    for row in sorted(rows, key=lambda row: row["month"]):
        agent = agents.setdefault(row["agent_id"], Agent())
        found[row["agent_id"], row["month"]] = _month(agent, row)
    return found


def _month(agent: Agent, row: Row) -> Paid:
    month = month_number(row["month"])
    quality, gone = number(row["quality"], 0), number(row["gone"], 0)
    earned = _earned(agent, row, month)
    parts = split_by_weight(earned or NOTHING, SHARES)
    # What can lapse has done so before this month.
    agent.promises = [each for each in agent.promises if each.share != "3 earned" or month - each.since <= 3]
    new = [
        Promise(share, month, parts[share]) for share in ("2 later", "3 earned", "4 tested") if parts[share]
    ]
    decided = [(each, _is_paid(each, month, quality)) for each in [*agent.promises, *new]]
    liable = sum((amount for since, amount in agent.payments if month - since <= 2), NOTHING)
    leaves: Truth = None if gone is None else gone > 0
    if None in [paid for _, paid in decided] or (leaves is None and liable):
        # Nothing is paid, nothing of this month is promised, and what was waiting waits on.
        return Paid(None, _open(agent, month), F(20))
    released = sum((each.amount for each, paid in decided if paid), NOTHING)
    agent.promises = [each for each, paid in decided if not paid and not _lapses(each, month)]
    back = cents(F("0.6") * liable) if leaves else NOTHING
    assert back is not None
    if leaves:
        agent.payments = []
    now = parts["1 now"]
    agent.payments.append((month, now + released))
    moves = released - back - agent.owed
    final = moves + now if earned is not None or moves else None
    total = max(NOTHING, F(20) + (final or NOTHING))
    put_back = total - F(20) - (final or NOTHING)
    agent.owed = min(back + agent.owed, put_back)
    return Paid(final, _open(agent, month), total)


def _open(agent: Agent, month: int) -> Fraction:
    """Return what is still deferred after a month."""
    return sum(
        (each.amount for each in agent.promises if each.share != "3 earned" or month - each.since < 3),
        NOTHING,
    )


def _earned(agent: Agent, row: Row, month: int) -> Number:
    """Return what the bonus gives after its limit, the review and red lines; unknown where it is held."""
    quarter = (month - 1) // 3
    used = agent.used.get(quarter, NOTHING)
    if row["team"] != "x":
        return NOTHING
    sales = number(row["sales"], 2)
    amount = None if sales is None else cents(sales / 7)
    if amount:
        amount = None if used is None else min(amount, max(NOTHING, 300 - used))
    breaches = number_or_zero(row["breaches"], 0)
    if breaches == 2:
        return NOTHING
    if amount is None:
        agent.used[quarter] = None
        return None
    given = cents(amount / 2) if breaches == 1 else amount
    if used is not None and given is not None:
        agent.used[quarter] = used + given
    return None if breaches == 3 else given


def _is_paid(promise: Promise, month: int, quality: Number) -> Truth:
    """Return whether a promise is paid in a month."""
    age = month - promise.since
    if promise.share == "2 later":
        return age >= 2
    if promise.share == "3 earned":
        return None if quality is None else quality >= 2
    if age < 1:
        return False
    return None if quality is None else quality >= 1


def _lapses(promise: Promise, month: int) -> bool:
    """Whether a promise that is not paid in a month is lost with it."""
    age = month - promise.since
    return (promise.share == "4 tested" and age >= 1) or (promise.share == "3 earned" and age >= 3)
