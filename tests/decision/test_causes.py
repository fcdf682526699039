"""Whatever is unknown can say why, down to the data."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from incentive_engine.decision.causes import Cause, cause_step, causes
from incentive_engine.decision.reading import Reading
from incentive_engine.evaluate.periods import Evaluator
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.nodes import Node, Program
from incentive_engine.ruleset.period import Cadence, Opens
from tests.decision.deciding import policy_of
from tests.support.written import JANUARY

POLICY = policy_of("metrics: {calls: count}\nrules: [{id: volume, kind: bonus, pay: 2 * calls}]")
BUILD = Builder()
CSAT, FCR, ZERO = (BUILD.input(name, places=0) for name in ("csat", "fcr", "zero"))
FLAG = BUILD.flag("passed")
ONE, TWO = BUILD.constant(1), BUILD.constant(2)
MISSING_CSAT, MISSING_FLAG = Cause("missing", "csat"), Cause("missing", "passed")


def why(node: Node) -> tuple[Cause, ...]:
    """Return why a node is unknown where `csat` and `passed` are missing, `fcr` is 1 and `zero` is 0."""
    inputs = {str(number): each for number, each in enumerate((CSAT, FCR, ZERO, FLAG))}
    evaluator = Evaluator(Program({"it": node, **inputs}, {"slot": FCR}))
    given = {"csat": None, "fcr": 1, "zero": 0, "passed": None}
    values = evaluator.evaluate_one(JANUARY, tuple(given[name] for name in evaluator.input_names))
    return causes(Reading(POLICY, values), [node])


def mean(values: list[Node], weights: list[Node], *, skip: bool) -> Node:
    return BUILD.weighted_mean(values, weights, skip_unknown=skip, places=2)


NODES: dict[str, tuple[Callable[[], Node], tuple[Cause, ...]]] = {
    "a known value has no cause": (lambda: FCR, ()),
    "a missing number is missing": (lambda: CSAT, (MISSING_CSAT,)),
    "a missing truth value is missing": (lambda: FLAG, (MISSING_FLAG,)),
    "a sum is unknown by its parts": (lambda: BUILD.add(FCR, CSAT), (MISSING_CSAT,)),
    "each cause is told once, in order": (
        lambda: BUILD.choose(BUILD.compare("<", BUILD.add(FCR, CSAT), CSAT), FCR, ZERO),
        (MISSING_CSAT,),
    ),
    "two causes stand in the order in which they are read": (
        lambda: BUILD.all_of(BUILD.compare("<", ONE, CSAT), FLAG),
        (MISSING_CSAT, MISSING_FLAG),
    ),
    "a conjunction is not unknown by what is known": (
        lambda: BUILD.all_of(BUILD.compare("<=", ONE, FCR), FLAG),
        (MISSING_FLAG,),
    ),
    "an unknown condition is why a choice is unknown": (
        lambda: BUILD.choose(FLAG, FCR, CSAT),
        (MISSING_FLAG,),
    ),
    "only the chosen branch matters": (
        lambda: BUILD.choose(BUILD.compare("==", FCR, ONE), CSAT, BUILD.choose(FLAG, FCR, ONE)),
        (MISSING_CSAT,),
    ),
    "the branch that is not chosen matters no more": (
        lambda: BUILD.choose(BUILD.compare("==", FCR, TWO), CSAT, BUILD.choose(FLAG, FCR, ONE)),
        (MISSING_FLAG,),
    ),
    "a metric that is chosen only where there is enough of it is thin": (
        lambda: BUILD.choose(BUILD.compare("<", TWO, FCR), FCR, BUILD.unknown()),
        (Cause("thin", "fcr"),),
    ),
    "no case that applies is no value": (
        lambda: BUILD.choose(BUILD.compare("<", TWO, FCR), ONE, BUILD.unknown()),
        (Cause("no_value"),),
    ),
    "nothing is chosen because something else is not known": (
        lambda: BUILD.choose(BUILD.all_of(BUILD.known(CSAT), BUILD.known(FCR)), ONE, BUILD.unknown()),
        (MISSING_CSAT,),
    ),
    "an option by an unknown index": (lambda: BUILD.pick(CSAT, [ONE, TWO]), (MISSING_CSAT,)),
    "an option that is unknown": (lambda: BUILD.pick(FCR, [CSAT, TWO]), (MISSING_CSAT,)),
    "an index below all options": (lambda: BUILD.pick(ZERO, [ONE, TWO]), (Cause("no_value"),)),
    "an index above all options": (lambda: BUILD.pick(FCR, [TWO], first=0), (Cause("no_value"),)),
    "neither of two values": (
        lambda: BUILD.default(CSAT, BUILD.choose(FLAG, ONE, TWO)),
        (MISSING_CSAT, MISSING_FLAG),
    ),
    "a division by zero": (lambda: BUILD.quotient(FCR, ZERO, 2), (Cause("division"),)),
    "a division of what is missing": (lambda: BUILD.quotient(CSAT, ZERO, 2), (MISSING_CSAT,)),
    "a division by what is zero in this period": (
        # January has 31 days.
        lambda: BUILD.inverse(BUILD.subtract(BUILD.period_number("days"), BUILD.constant(31))),
        (Cause("division"),),
    ),
    "a mean with a missing value": (lambda: mean([CSAT, FCR], [ONE, FCR], skip=False), (MISSING_CSAT,)),
    "a mean with a missing weight": (lambda: mean([FCR, ONE], [CSAT, FCR], skip=True), (MISSING_CSAT,)),
    "a mean with a negative weight": (
        lambda: mean([CSAT, FCR], [BUILD.negative(FCR), FCR], skip=True),
        (Cause("weights"),),
    ),
    "a mean whose weights sum to zero": (
        lambda: mean([FCR, ONE], [ZERO, ZERO], skip=False),
        (Cause("weights"),),
    ),
    "a mean of nothing known": (lambda: mean([CSAT], [FCR], skip=True), (MISSING_CSAT,)),
    "a result over peers that were not given": (lambda: BUILD.over_peers("sum", CSAT), (Cause("peers"),)),
    "a result over peers of an unknown group": (
        lambda: BUILD.over_peers("sum", FCR, within=[CSAT]),
        (MISSING_CSAT,),
    ),
    "a place by a missing key": (lambda: BUILD.ahead([CSAT], [True]), (MISSING_CSAT,)),
    "a place among peers that were not given": (lambda: BUILD.ahead([FCR], [True]), (Cause("peers"),)),
    "a part among peers that were not given": (
        lambda: BUILD.apportion(ONE, FCR, places=2),
        (Cause("peers"),),
    ),
    "what an earlier period left": (lambda: BUILD.carried("slot", BUILD.unknown()), (Cause("history"),)),
    "nothing at all": (BUILD.unknown, (Cause("no_value"),)),
    "a period's own choice of nothing": (
        lambda: BUILD.add(FCR, BUILD.choose(BUILD.period_truth(Opens(Cadence.YEAR)), BUILD.unknown(), ONE)),
        (Cause("no_value"),),
    ),
}


@pytest.mark.parametrize("name", NODES)
def test_each_form_of_node_says_why_it_is_unknown(name: str) -> None:
    make, expected = NODES[name]

    assert why(make()) == expected


def test_a_metric_withheld_by_a_kind_of_rule_rather_than_for_too_few_is_told_as_no_value() -> None:
    evaluator = Evaluator(POLICY.program, POLICY.watched())
    reading = Reading(POLICY, evaluator.evaluate_one(JANUARY, (3,)))

    assert cause_step(reading, Cause("thin", "calls")).code == "cause.no_value"
