"""What growth credits, red lines, pools and adjustments say of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from incentive_engine.kinds.statement import Grid, Listed, Money, Rules, Statement, Told
from incentive_engine.kinds.statements.awards import lasting
from incentive_engine.kinds.statements.common import paid_where
from incentive_engine.ruleset.fields import Title

if TYPE_CHECKING:
    from incentive_engine.kinds.adjustment import Adjustment
    from incentive_engine.kinds.growth_credit import Earn, GrowthCredit
    from incentive_engine.kinds.pool import Pool
    from incentive_engine.kinds.red_line import RedLine

_EARNED = tuple(f"handbook.column.{name}" for name in ("credits", "per", "where", "most"))


# --- Growth credits


def growth_credit_statements(rule: GrowthCredit) -> tuple[Statement, ...]:
    """Return how credits are earned, how long they count, and what they are worth."""
    grid = Grid(_EARNED, tuple(_earned(line) for line in rule.earn))
    return (
        *paid_where(rule.when),
        Statement("handbook.credits.earn", grid=grid),
        *_kept(rule),
        *_redeemed(rule),
        *(
            Statement("handbook.credits.threshold", {"at": each.at, "name": each.name})
            for each in rule.recognise
            if each.at is not None
        ),
    )


def _earned(line: Earn) -> tuple[Told, ...]:
    per = "" if line.per is None else line.per
    where = "" if line.when is None else Statement("handbook.where", {"condition": line.when})
    return (line.credits, per, where, "" if line.upto is None else line.upto.credits)


def _kept(rule: GrowthCredit) -> Iterator[Statement]:
    if rule.expires_after is not None:
        after = lasting(rule.expires_after.number, rule.expires_after.unit)
        yield Statement("handbook.credits.expire", {"periods": after})
    else:
        yield Statement("handbook.credits.carried" if rule.carry else "handbook.credits.lapse")
    if rule.cap is not None:
        yield Statement("handbook.credits.cap", {"most": rule.cap})


def _redeemed(rule: GrowthCredit) -> Iterator[Statement]:
    if rule.redeem is None:
        return
    values: dict[str, Told] = {"pay": Money(rule.redeem.pay)}
    if rule.redeem.when is None:
        yield Statement("handbook.credits.redeem", values)
    else:
        yield Statement("handbook.credits.redeem_when", {**values, "condition": rule.redeem.when})


# --- Red lines


def red_line_statements(rule: RedLine) -> tuple[Statement, ...]:
    """Return what breaks a red line, what follows, for which rules, and for how long."""
    said = [Statement("handbook.red_line.when", {"condition": rule.when}), _consequence(rule)]
    if rule.affected is None:
        said.append(Statement("handbook.red_line.affects_all"))
    else:
        said.append(Statement("handbook.red_line.affects", {"rules": Rules(rule.affected)}))
    if rule.lasts is not None:
        time = lasting(rule.lasts.number, rule.lasts.unit)
        periods = Statement("handbook.lasting.from_now", {"time": time})
        said.append(Statement("handbook.red_line.lasts", {"periods": periods}))
    said.append(Statement("handbook.red_line.unknown"))
    return tuple(said)


def _consequence(rule: RedLine) -> Statement:
    if isinstance(rule.consequence, str):
        return Statement(f"handbook.red_line.{rule.consequence}")
    ((name, size),) = rule.consequence
    told: Told = Money(size) if name == "deduct" else size
    return Statement(f"handbook.red_line.{name}", {"size": told})


# --- Pools


def pool_statements(rule: Pool) -> tuple[Statement, ...]:
    """Return what a pool shares out and by what, or what its ceiling is over."""
    said: list[Statement] = [*paid_where(rule.when)]
    if rule.ceiling is not None:
        values: dict[str, Told] = {"ceiling": Money(rule.ceiling), "rules": Rules(rule.over)}
        said.append(Statement("handbook.pool.ceiling", values))
    if rule.budget is not None:
        said.append(Statement("handbook.pool.budget", {"budget": Money(rule.budget)}))
        by = Statement("handbook.pool.equally")
        said.append(by if rule.weight is None else Statement("handbook.pool.weight", {"weight": rule.weight}))
    if rule.within:
        said.append(Statement("handbook.pool.within", {"group": Listed(rule.within)}))
    said.append(Statement(f"handbook.pool.{rule.if_unknown}"))
    return tuple(said)


# --- Adjustments


def adjustment_statements(rule: Adjustment) -> tuple[Statement, ...]:
    """Return what an adjustment pays, advances or guarantees, and what it keeps."""
    said: list[Statement] = [*paid_where(rule.when)]
    if rule.pay is not None:
        said.append(Statement("handbook.adjustment.pay", {"pay": Money(rule.pay)}))
    for name, assured in (("draw", rule.draw), ("guarantee", rule.guarantee)):
        if assured is not None:
            values: dict[str, Told] = {"amount": Money(assured.pay), "rules": Rules(assured.of)}
            said.append(Statement(f"handbook.adjustment.{name}", values))
    for kept, formula in rule.keeps.items():
        kept_values: dict[str, Told] = {"name": str(kept), "formula": Money(formula)}
        said.append(Statement("handbook.adjustment.keeps", kept_values))
    if isinstance(rule.reason, Title):
        said.append(Statement("handbook.adjustment.reason", {"reason": rule.reason}))
    elif rule.reason is not None:
        said.append(Statement("handbook.adjustment.reason", {"reason": rule.reason.attribute}))
    said.append(Statement("handbook.adjustment.exempt"))
    return tuple(said)
