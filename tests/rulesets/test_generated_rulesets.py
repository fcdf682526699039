"""Rulesets drawn at random mean the same to the specification that runs and to the engine, bit for bit."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incentive_engine import Ruleset, parse_ruleset
from incentive_engine.evaluate import reference
from incentive_engine.evaluate.periods import RowValues
from incentive_engine.graph.nodes import Program
from incentive_engine.language.types import BOOLEAN
from incentive_engine.ruleset.period import Period
from tests.rulesets.drawn_rulesets import rows, rulesets
from tests.support.draws import draws

Known = Fraction | bool | None
Specified = dict[Period, dict[str, dict[str, Known]]]


def specified(ruleset: Ruleset, snapshots: list[dict[str, str]]) -> Specified:
    """Return what the specification gives for all results, and for all that a decision may show by number."""
    policy = ruleset.policy
    watched = {str(number): node for number, node in enumerate(policy.watched())}
    program = Program({**policy.program.results, **watched}, policy.program.states)
    places = {field.name: None if field.type is BOOLEAN else field.places for field in policy.fields}
    population = ruleset.read_all(snapshots)
    assert population.problems == ()
    return reference.evaluate(
        program,
        {
            period: {
                agent: {
                    name: unscaled(value, places[name])
                    for name, value in zip(ruleset.input_names, snapshot.row, strict=True)
                }
                for agent, snapshot in found.items()
            }
            for period, found in population.snapshots.items()
        },
    )


def unscaled(value: int | None, places: int | None) -> Known:
    if value is None or places is None:
        assert value is None or isinstance(value, bool)
        return value
    return Fraction(value, 10**places)


def of_engine(ruleset: Ruleset, values: RowValues) -> dict[str, Known]:
    """Return the engine's values of the same results and nodes."""
    results = {name: values.result(name) for name in ruleset.policy.program.results}
    return results | {str(number): values.value(node) for number, node in enumerate(ruleset.policy.watched())}


@settings(max_examples=draws(8), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rulesets(), rows(), st.data())
def test_a_drawn_ruleset_means_the_same_to_specification_and_engine(
    text: str, snapshots: list[dict[str, str]], data: st.DataObject
) -> None:
    ruleset = parse_ruleset(text)
    expected = specified(ruleset, snapshots)
    values = ruleset.values_of(ruleset.read_all(snapshots))
    found = {
        period: {agent: of_engine(ruleset, own) for agent, own in agents.items()}
        for period, agents in values.items()
    }
    assert found == expected
    if snapshots:
        own = data.draw(st.sampled_from(snapshots))
        month = [row for row in snapshots if row["month"] == own["month"] and row is not own]
        earlier = [row for row in snapshots if row["month"] < own["month"]]
        alone = ruleset.evaluate(own, peers=month, history=earlier)
        assert alone.to_dict() == ruleset.evaluate_all(snapshots).of(alone.agent, alone.period).to_dict()
        totals = {str(period): agents for period, agents in expected.items()}
        assert alone.total == totals[alone.period][alone.agent]["total"]
