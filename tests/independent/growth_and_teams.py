"""The ruleset growth-and-teams-2026, written by hand in plain Python: peers, months, balances, debts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from tests.independent.arithmetic import (
    Number,
    Row,
    Truth,
    at_least,
    both,
    cents,
    half_up,
    month_number,
    more_than,
    number,
    number_or_zero,
    opposite,
    shared_prize,
    split_by_weight,
    times,
)
from tests.independent.outcome import (
    Decided,
    Key,
    Line,
    deducted,
    paid_outcome,
    red_line_outcome,
    whole,
)

RESULTS = {
    "thanks_stars": ("place", "wins"),
    "team_cup": ("place", "wins"),
    "learning": ("credits", "balance", "redeemed", "left"),
    "personal_data": ("broken", "breached"),
    "lateness": ("broken",),
}
F = Fraction
NOTHING = F(0)
STEP_PAY = {"junior": F(60), "senior": F(50), "lead": F(40), "": None}
STARS = (F(500), F(300), F(100))
CUP = (F(1888), F(888))


@dataclass
class Agent:
    """What earlier months left of one agent.

    `credits` are what is left of each month's credits, by month. `rest_until` is the last month in which a
    winner rests. `streak` is unknown behind a month without a row.
    """

    breaches: dict[int, Truth] = field(default_factory=dict)
    credits: dict[int, Number] = field(default_factory=dict)
    rest_until: int = 0
    streak: Number = NOTHING
    owed: Fraction = NOTHING
    last: int = 0


@dataclass(frozen=True)
class Month:
    """One row, read, with what it needs of the months before."""

    agent: str
    month: int
    row: Row
    before: Row | None
    broken: Truth
    rests: bool

    @property
    def handled(self) -> Number:
        """Contacts handled."""
        return number(self.row["handled"], 0)

    @property
    def fcr(self) -> Number:
        """First-contact resolution."""
        return number(self.row["fcr"], 4)

    @property
    def thanks(self) -> Fraction:
        """Customer thanks."""
        return number_or_zero(self.row["customer_thanks"], 0)

    @property
    def breached(self) -> Truth:
        """Whether personal data got out in this month."""
        return more_than(number(self.row["pii_breaches"], 0), 0)


def decide(rows: Sequence[Row]) -> dict[Key, Decided]:
    """Return the decisions on all rows, month by month, each with what the months before left."""
    agents: dict[str, Agent] = {}
    by_month: dict[int, dict[str, Row]] = {}
    for row in rows:
        by_month.setdefault(month_number(row["month"]), {})[row["agent_id"]] = row
    decided: dict[Key, Decided] = {}
    for month in sorted(by_month):
        found = [_month(row, month, agents, by_month.get(month - 1, {})) for row in by_month[month].values()]
        stars = {each.agent: _stars(each, found) for each in found}
        cup = _cup(found)
        for each in found:
            lines = _lines(each, agents[each.agent], stars[each.agent], cup[each.agent])
            decided[each.agent, each.row["month"]] = whole(lines)
    return decided


def _month(row: Row, month: int, agents: dict[str, Agent], before: Mapping[str, Row]) -> Month:
    name = row["agent_id"]
    agent = agents.setdefault(name, Agent())
    if agent.last and agent.last != month - 1:
        agent.streak = None
    agent.last = month
    breached = more_than(number(row["pii_breaches"], 0), 0)
    # A breach counts for three months with its own.
    recent = [agent.breaches.get(month - age, False) for age in (1, 2)]
    still: Truth = True if True in recent else None if None in recent else False
    broken = opposite(both(opposite(breached), opposite(still)))
    agent.breaches[month] = breached
    return Month(name, month, row, before.get(name), broken, month <= agent.rest_until)


# --- Awards


def _competes_for_stars(month: Month) -> Truth:
    calendar_month = (month.month - 1) % 12 + 1
    target = F(73 + 2 * ((calendar_month - 1) // 3), 100)
    eligible = both(at_least(month.handled, 300), at_least(month.fcr, target), opposite(month.broken))
    return False if month.rests else eligible


def _stars(month: Month, everybody: Sequence[Month]) -> Line:
    competes = _competes_for_stars(month)
    if competes is None or (competes and not month.row["team"]):
        return Line("", None, results={"place": None, "wins": None})
    if not competes:
        return Line("", F(0), results={"place": None, "wins": False})
    rivals = [
        each for each in everybody if each.row["team"] == month.row["team"] and _competes_for_stars(each)
    ]
    place = 1 + sum(rival.thanks > month.thanks for rival in rivals)
    tied = sorted(rival.agent for rival in rivals if rival.thanks == month.thanks)
    enough = len(rivals) >= 3
    wins = enough and place <= len(STARS)
    return Line(
        "",
        shared_prize(STARS, place, tied)[month.agent] if enough else F(0),
        recognised=("star of the customers",) if wins and place == 1 else (),
        results={"place": F(place), "wins": wins},
    )


def _cup(everybody: Sequence[Month]) -> dict[str, Line]:
    """Return the part of everybody in the cup; teams rank by the mean of all their members' resolution."""
    means: dict[str, Fraction] = {}
    for team in {each.row["team"] for each in everybody if each.row["team"]}:
        known = [each.fcr for each in everybody if each.row["team"] == team and each.fcr is not None]
        if known:
            means[team] = half_up(sum(known, F(0)) / len(known), 6)
    members: dict[str, dict[str, Fraction]] = {}
    for each in everybody:
        handled = each.handled
        if each.row["team"] in means and handled is not None and handled >= 100:
            members.setdefault(each.row["team"], {})[each.agent] = handled
    lines = {}
    for each in everybody:
        eligible = at_least(each.handled, 100)
        if not eligible:
            wins: Truth = None if eligible is None else False
            lines[each.agent] = Line(
                "", None if eligible is None else F(0), results={"place": None, "wins": wins}
            )
        elif each.row["team"] not in members:
            lines[each.agent] = Line("", None, results={"place": None, "wins": None})
        else:
            lines[each.agent] = _cup_part(each, means, members)
    return lines


def _cup_part(
    month: Month, means: Mapping[str, Fraction], members: Mapping[str, dict[str, Fraction]]
) -> Line:
    team = month.row["team"]
    place = 1 + sum(means[other] > means[team] for other in members)
    # Cents that are left over go to the team whose first member comes first.
    tied = sorted(
        (other for other in members if means[other] == means[team]), key=lambda one: min(members[one])
    )
    prize = shared_prize(CUP, place, tied)[team]
    part = split_by_weight(prize, members[team])[month.agent]
    return Line("", part, results={"place": F(place), "wins": place <= len(CUP)})


# --- Lines


def _lines(month: Month, agent: Agent, stars: Line, cup: Line) -> dict[str, Line]:
    if stars.results["wins"]:
        agent.rest_until = month.month + 3
    found = {
        "thanks_stars": stars,
        "team_cup": cup,
        "progress": Line("", _progress(month)),
        "punctuality": Line("", _punctuality(month, agent)),
    }
    voided, held = month.broken is True, month.broken is None
    finals: dict[str, Number] = {
        rule: F(0) if voided else None if held else line.amount for rule, line in found.items()
    }
    late = number_or_zero(month.row["late_count"], 0)
    deduction = 50 * (late - 2) if late >= 3 else F(0)
    finals, agent.owed = deducted(finals, deduction + agent.owed)
    lines = {}
    for rule, line in found.items():
        recognised = () if voided or held else line.recognised
        outcome = paid_outcome(line.amount, finals[rule], voided=voided, held=held, recognised=recognised)
        lines[rule] = Line(outcome, line.amount, finals[rule], None, recognised, line.results)
    lines["learning"] = _learning(month, agent)
    lines["personal_data"] = Line(
        red_line_outcome(month.broken), results={"broken": month.broken, "breached": month.breached}
    )
    lines["lateness"] = Line(red_line_outcome(late >= 3), results={"broken": late >= 3})
    return lines


def _rise(now: Number, before: Number) -> Number:
    return None if now is None or before is None else max(now - before, F(0))


def _progress(month: Month) -> Number:
    before = None if month.before is None else number(month.before["fcr"], 4)
    rise = _rise(month.fcr, before)
    condition = both(before is not None, at_least(rise, F("0.01")))
    if condition is not True:
        return None if condition is None else F(0)
    points = None if rise is None else F(floor(100 * min(rise, F("0.05"))))
    return cents(times(STEP_PAY[month.row["level"]], points))


def _punctuality(month: Month, agent: Agent) -> Number:
    if number_or_zero(month.row["late_count"], 0) > 0:
        agent.streak = F(0)
    elif agent.streak is not None:
        agent.streak += 1
    if agent.streak is None:
        return None
    return F(0 if agent.streak < 3 else 80 if agent.streak < 6 else 150)


# --- Credits


def _learning(month: Month, agent: Agent) -> Line:
    hours = number_or_zero(month.row["training_hours"], 1)
    level = number(month.row["cert_level"], 0)
    before = None if month.before is None else number(month.before["cert_level"], 0)
    earned: Number = half_up(min(10 * hours, F(200)) + 50 * (_rise(level, before) or F(0)), 2)
    if month.broken is not False:
        earned = F(0) if month.broken else None
    balance = _balanced(month.month, agent, earned)
    redeems = (month.month - 1) % 12 + 1 in (6, 12)
    redeemed = balance if redeems else F(0)
    if redeems:
        agent.credits.clear()
    pay = cents(times(redeemed, F("1.50")))
    # What is redeemed was earned before; to be recognised now takes a month without a breach.
    learner = bool(at_least(balance, 300)) and month.broken is False
    recognised = ("learner of the season",) if learner else ()
    left = None if balance is None or redeemed is None else balance - redeemed
    # An unknown balance leaves open whether it is recognised, which only a breach would settle.
    known = earned if balance is not None or month.broken else None
    return Line(
        paid_outcome(
            pay, pay, voided=False, held=month.broken is None, credits_=known, recognised=recognised
        ),
        pay,
        pay,
        earned,
        recognised,
        results={"credits": earned, "balance": balance, "redeemed": redeemed, "left": left},
    )


def _balanced(month: int, agent: Agent, earned: Number) -> Number:
    """Put the month's credits to the balance; what is older than four months, or above the cap, is lost."""
    agent.credits = {earlier: left for earlier, left in agent.credits.items() if earlier > month - 4}
    agent.credits[month] = earned
    room: Number = F(400)
    for each in sorted(agent.credits, reverse=True):  # The newest first, so that the oldest give way.
        has = agent.credits[each]
        if room is None or has is None:
            room = agent.credits[each] = None
        else:
            agent.credits[each] = min(has, room)
            room -= min(has, room)
    return None if room is None else 400 - room
