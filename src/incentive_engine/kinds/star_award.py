"""Star awards (月度之星): prizes by place within a group, for agents or for teams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node
from incentive_engine.kinds.groups import attribute_nodes, same_for_all
from incentive_engine.kinds.interface import Built, Context, Goal, Result, Rule, Shown, Step
from incentive_engine.kinds.lasting import Periods, count_down, periods_left
from incentive_engine.kinds.prizes import (
    Award,
    Prizes,
    Standing,
    Ties,
    awards,
    prize_money,
    prize_steps,
    recognitions,
    wins,
)
from incentive_engine.kinds.statement import Statement
from incentive_engine.kinds.statements.awards import star_award_statements
from incentive_engine.language.names import Compiled
from incentive_engine.language.types import BOOLEAN, COUNT, MONEY, Value
from incentive_engine.ruleset.fields import (
    Formula,
    Name,
    Names,
    Number,
    Quantity,
    Shape,
    Title,
    Whole,
    refuse,
)
from incentive_engine.ruleset.nodes import Scalar, Table


class RankKey(Shape):
    """One thing that decides who is ahead: of equals by one key, the next decides."""

    highest: Number | None = None
    """The formula of which the highest value is the best."""
    lowest: Number | None = None
    """The formula of which the lowest value is the best."""

    @property
    def quantity(self) -> Quantity:
        """The formula."""
        quantity = self.lowest if self.highest is None else self.highest
        assert quantity is not None  # noqa: S101 -- one of the two is given; this tells mypy so
        return quantity


class SplitBy(Shape):
    """How a team's prize is split by what its members contributed."""

    by: Formula
    """The formula in proportion to which the members share."""


def _check_key(value: object) -> object:
    if isinstance(value, Table) and len({"highest", "lowest"} & set(value)) != 1:
        raise refuse("IE3301")
    return value


def _read_split(value: object) -> object:
    """Bring `equally` to nothing: that is how a prize is split unless `by` says otherwise."""
    if not isinstance(value, Scalar):
        return value
    if value != "equally":
        raise refuse("IE3308", text=str(value))
    return None


@dataclass(frozen=True, slots=True)
class _Key:
    """One key of the ranking."""

    compiled: Compiled
    highest: bool

    @property
    def node(self) -> Node:
        """The key's value."""
        return self.compiled.value.node


@dataclass(frozen=True, slots=True)
class _Contest:
    """Who competes with whom, and by what.

    `within` are the values that all of a group have in common and `team` the attribute whose values compete
    in a team competition. `takes_part` is unknown for those who cannot be ranked; they are left out, and
    `left_out` counts those of the group. `contender` says of an agent that it surely takes part. `resting` is
    for how many periods, with this one, an earlier winner still has to rest; `weight` is what a
    team's members share by.
    """

    within: tuple[Node, ...]
    team: Node | None
    keys: tuple[_Key, ...]
    eligible: Compiled
    resting: Node
    weight: Compiled | None
    takes_part: Node
    contender: Node
    left_out: Node

    @property
    def ranking(self) -> tuple[tuple[Node, ...], tuple[bool, ...]]:
        """The keys' values, and whether of each the highest is the best."""
        return tuple(key.node for key in self.keys), tuple(key.highest for key in self.keys)


class StarAward(Rule):
    """Prizes for the best of a group, or of several teams."""

    kind: Literal["star_award"]
    """star_award"""
    within: Names = ()
    """The attributes whose values make the groups, as `team`; left out: everybody competes with everybody."""
    rank_by: Annotated[
        tuple[Annotated[RankKey, BeforeValidator(_check_key)], ...], Field(strict=False, min_length=1)
    ]
    """What decides who is ahead, `{highest: ...}` or `{lowest: ...}`, the most important first."""
    prizes: Prizes
    """The prizes by place, the first place first."""
    ties: Ties
    """share_prizes: equals split their places' prizes; all_win: each gets one whole; none_win: nothing."""
    rest: Periods | None = None
    """For how long a winner does not compete again, as `3 periods`; the next one moves up."""
    at_least: Whole = 0
    """How many have to compete for there to be any prize."""
    if_unknown: Literal["leave_out", "hold_group"] = "leave_out"
    """What happens where somebody cannot be ranked: they are left out, or their group's prizes are held."""
    compete: Name | None = None
    """The attribute whose values compete with each other, as `team`: each prize is one team's."""
    split: Annotated[
        SplitBy | None, BeforeValidator(_read_split, json_schema_input_type=Literal["equally"] | SplitBy)
    ] = None
    """How a team's prize is shared among its eligible members: equally, or `{by: handled}`."""

    def statements(self) -> tuple[Statement, ...]:
        """Return what the rule says of itself in the handbook."""
        return star_award_statements(self)

    def build(self, context: Context) -> Built:
        """Return who wins what."""
        builder = context.builder
        self._check(context)
        contest = self._contest(context)
        standing = _standing(builder, contest)
        won = awards(context, self.prizes, standing, self.ties)
        enough = builder.compare(">=", standing.contestants, builder.constant(self.at_least))
        settled = self._settled(builder, contest)
        decided = builder.choose(settled, enough, builder.unknown(boolean=True))
        counts = builder.all_of(contest.takes_part, decided)
        # Of somebody who cannot be ranked nobody knows it, wherever they would stand.
        has_won = builder.choose(
            contest.takes_part, builder.all_of(decided, wins(builder, won)), builder.false
        )
        whole = builder.choose(enough, prize_money(context, won, standing, self.ties), builder.constant(0))
        own = self._own_part(context, contest, whole)
        given = builder.choose(settled, own, builder.unknown())
        pay = builder.choose(contest.takes_part, given, builder.constant(0))
        place = builder.choose(contest.takes_part, standing.place, builder.unknown())
        if self.rest is not None:
            surely = builder.default(has_won, builder.false)
            count_down(context, self._rest_slot, surely, self.rest.periods(context))
        self._check_teams(context, contest, won)
        return Built(
            results={
                "place": Result(Value(place, COUNT, better="lower")),
                "wins": Result(Value(has_won, BOOLEAN), nothing_outside=True),
            },
            steps=(
                *self._entry_steps(context, contest),
                *self._standing_steps(builder, contest, standing, enough),
                *prize_steps(context, won, counts),
                *self._outcome_steps(context, contest, whole, pay, has_won),
            ),
            pay=pay,
            recognitions=recognitions(builder, won, counts),
            gives=has_won,
            goals=(
                Goal("star_award.goal_win", has_won),
                *self._goal_of_more(builder, contest, won, has_won, whole, pay),
            ),
        )

    def _goal_of_more(
        self, builder: Builder, contest: _Contest, won: Sequence[Award], has_won: Node, whole: Node, pay: Node
    ) -> tuple[Goal, ...]:
        """Return the goal of more prize money, where there is any; who has the best prize is at best.

        That is not so where a team's members can still contribute more.
        """
        prizes = [award.pay.value.node for award in won if award.pay is not None]
        if not prizes:
            return ()
        at_best = builder.all_of(has_won, builder.compare("<=", builder.greatest(*prizes), whole))
        return (Goal("star_award.goal_more", pay, at_best=at_best if contest.weight is None else None),)

    @property
    def _rest_slot(self) -> str:
        return f"{self.id}: rest"

    # --- What a ruleset can get wrong

    def _check(self, context: Context) -> None:
        for key in self.rank_by:
            if not isinstance(key.quantity, Scalar):
                continue
            facts = context.metric(key.quantity)
            ranked = "lower" if key.highest is None else "higher"
            if facts is not None and facts.better not in (None, ranked):
                name = str(key.quantity)
                context.problem("IE3302", key.quantity, name=name, better=str(facts.better))
        if self.split is not None and self.compete is None:
            context.problem("IE3309", self.split.by)
        if self.rest is not None and self.compete is not None:
            context.problem("IE3310", self.rest.text)
        if self.compete is not None and self.compete in self.within:
            context.problem("IE3311", self.compete, name=str(self.compete))

    def _check_teams(self, context: Context, contest: _Contest, won: Sequence[Award]) -> None:
        """Report what is not one value for a whole team, where teams compete."""
        if contest.team is None or self.compete is None:
            return
        common = (*contest.within, contest.team)
        facts = context.facts_in_common((*self.within, self.compete))
        for key in contest.keys:
            if not same_for_all(key.node, common, facts):
                context.problem(
                    "IE3312", key.compiled.text, text=str(key.compiled.text), team=str(self.compete)
                )
        for award in won:
            if award.pay is not None and not same_for_all(award.pay.value.node, common, facts):
                context.problem("IE3313", award.pay.text, text=str(award.pay.text), team=str(self.compete))

    # --- Who competes

    def _contest(self, context: Context) -> _Contest:
        builder = context.builder
        team = next(iter(attribute_nodes(context, [self.compete])), None) if self.compete else None
        within = attribute_nodes(context, self.within)
        keys = tuple(_Key(context.number(key.quantity), key.highest is not None) for key in self.rank_by)
        eligible = context.condition(self.when)
        resting = periods_left(context, self._rest_slot) if self.rest else builder.constant(0)
        rested = builder.compare("==", resting, builder.constant(0))
        weight = context.number(self.split.by) if self.split is not None else None
        needed = [key.node for key in keys] + ([weight.value.node] if weight is not None else [])
        can_be_ranked = builder.all_of(*(builder.known(node) for node in needed))
        takes_part = builder.choose(
            builder.all_of(context.in_scope, eligible.value.node, rested),
            builder.choose(can_be_ranked, builder.true, builder.unknown(boolean=True)),
            builder.false,
        )
        unranked = builder.opposite(builder.known(takes_part))
        left_out = builder.over_peers("sum", builder.constant(1), within=within, where=unranked)
        contender = builder.default(takes_part, builder.false)
        return _Contest(within, team, keys, eligible, resting, weight, takes_part, contender, left_out)

    def _settled(self, builder: Builder, contest: _Contest) -> Node:
        """Return whether the prizes can be given: with `hold_group`, nobody of the group is left out."""
        if self.if_unknown == "leave_out":
            return builder.true
        return builder.compare("==", contest.left_out, builder.constant(0))

    def _own_part(self, context: Context, contest: _Contest, whole: Node) -> Node:
        """Return the agent's own part of what its contestant, itself or its team, gets."""
        if contest.team is None:
            return whole
        one = context.builder.constant(1)
        return context.builder.apportion(
            whole,
            one if contest.weight is None else contest.weight.value.node,
            places=context.money_places,
            within=(*contest.within, contest.team),
            where=contest.contender,
        )

    # --- What explanations tell

    def _entry_steps(self, context: Context, contest: _Contest) -> tuple[Step, ...]:
        """Tell whether the agent may compete, and what it is ranked by."""
        builder = context.builder
        steps = list(context.condition_steps(contest.eligible, failed="star_award.not_eligible"))
        if self.rest is not None:
            resting = builder.compare("<", builder.constant(0), contest.resting)
            left = {"left": Shown(contest.resting, COUNT)}
            steps.append(Step("star_award.resting", left, self.rest.text.span, resting))
        competes = builder.compare("==", contest.resting, builder.constant(0))
        ranked = builder.default(builder.all_of(contest.eligible.value.node, competes), builder.true)
        for key in contest.keys:
            text, span, parts = key.compiled.text, key.compiled.text.span, context.steps(key.compiled)
            known = builder.known(key.node)
            code = "star_award.key_highest" if key.highest else "star_award.key_lowest"
            value = Shown(key.node, key.compiled.value.type)
            told = builder.all_of(ranked, known)
            steps.append(Step(code, {"formula": str(text), "value": value}, span, told, parts))
            unknown = builder.all_of(ranked, builder.opposite(known))
            steps.append(Step("star_award.key_unknown", {"formula": str(text)}, span, unknown, parts))
        return tuple(steps)

    def _standing_steps(
        self, builder: Builder, contest: _Contest, standing: Standing, enough: Node
    ) -> tuple[Step, ...]:
        """Tell where the agent, or its team, stands among how many."""
        contestants = Shown(standing.contestants, COUNT)
        left_out = Shown(contest.left_out, COUNT)
        span, competes = self.id.span, contest.contender
        some_left_out = builder.default(
            builder.compare("<", builder.constant(0), contest.left_out), builder.false
        )
        tied = builder.compare("<", builder.constant(1), standing.tied)
        place = {"place": Shown(standing.place, COUNT), "contestants": contestants}
        missing: dict[str, Shown | Title | str] = {"contestants": contestants, "at_least": str(self.at_least)}
        unranked = builder.opposite(builder.known(contest.takes_part))
        whose = "place" if contest.team is None else "team_place"
        steps: tuple[tuple[str, Mapping[str, Shown | Title | str], Node], ...] = (
            ("unranked", {}, unranked),
            (whose, place, builder.all_of(competes, builder.known(standing.place))),
            (self.if_unknown, {"count": left_out}, some_left_out),
            ("too_few", missing, builder.all_of(competes, builder.opposite(enough))),
            (self.ties, {"tied": Shown(standing.tied, COUNT)}, builder.all_of(competes, tied)),
        )
        return tuple(
            Step(f"star_award.{code}", values, span, builder.default(when, builder.false))
            for code, values, when in steps
        )

    def _outcome_steps(
        self, context: Context, contest: _Contest, whole: Node, pay: Node, has_won: Node
    ) -> tuple[Step, ...]:
        """Tell what the agent gets in the end."""
        builder, span = context.builder, self.id.span
        won = builder.default(has_won, builder.false)
        nothing = builder.all_of(contest.contender, builder.default(builder.opposite(has_won), builder.false))
        paid = builder.default(builder.compare("<", builder.constant(0), pay), builder.false)
        steps = [
            Step("star_award.amount", {"pay": Shown(pay, MONEY)}, span, paid),
            Step("star_award.no_prize", {}, span, nothing),
        ]
        if contest.team is not None:
            code = "star_award.split_equally" if contest.weight is None else "star_award.split_by"
            values: dict[str, Shown | Title | str] = {"prize": Shown(whole, MONEY)}
            parts: tuple[Step, ...] = ()
            if contest.weight is not None:
                values |= {"formula": str(contest.weight.text)}
                values |= {"weight": Shown(contest.weight.value.node, contest.weight.value.type)}
                parts = context.steps(contest.weight)
            steps.insert(0, Step(code, values, span, won, parts))
        return tuple(steps)


def _standing(builder: Builder, contest: _Contest) -> Standing:
    """Return where a contestant stands: an agent, or in a team competition the agent's team.

    A team is counted once, by the first of its contenders in the order of the agents' ids.
    """
    values, highest = contest.ranking
    one = builder.constant(1)
    within, counted = contest.within, contest.contender
    if contest.team is not None:
        team = (*within, contest.team)
        earlier = builder.ahead(values, highest, within=team, where=counted, by_agent=True)
        counted = builder.all_of(counted, builder.compare("==", earlier, builder.constant(0)))
    ahead = builder.ahead(values, highest, within=within, where=counted)
    in_order = builder.ahead(values, highest, within=within, where=counted, by_agent=True)
    # It is never below zero, but the search for the nearest change bounds its two parts one by one.
    before = builder.greatest(builder.constant(0), builder.subtract(in_order, ahead))
    if contest.team is not None:
        before = builder.over_peers("lowest", before, within=(*within, contest.team), where=counted)
    return Standing(
        place=builder.add(one, ahead),
        tied=builder.over_peers("sum", one, within=(*within, *values), where=counted),
        before=before,
        contestants=builder.over_peers("sum", one, within=within, where=counted),
    )
