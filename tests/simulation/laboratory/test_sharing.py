"""Proposals share all that they do not change, history included."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from pathlib import Path

import pytest

from incentive_engine.engine import load_ruleset
from incentive_engine.evaluate.files import read_records
from incentive_engine.graph.builder import Builder
from incentive_engine.graph.history import History
from incentive_engine.graph.nodes import Node, Program, in_order
from incentive_engine.simulation import simulate
from incentive_engine.simulation.laboratory import bench, parse_scenario, run_scenario
from incentive_engine.simulation.laboratory.programs import program_of
from incentive_engine.simulation.laboratory.union import united
from tests.simulation.laboratory.trying import HEAD, HEADER, POLICY, ROWS, tried

ROOT = Path(__file__).parents[3]
FLAGSHIP = ROOT / "rulesets" / "service-incentives-2026.yaml"
POPULATION = ROOT / "examples" / "population" / "snapshots.csv"


def size(program: Program) -> int:
    return len(in_order(program.roots()))


def flagship(proposals: str) -> str:
    head = f"language: 1\nscenario: s\nbaseline: {FLAGSHIP}\npopulation: {{snapshots: {POPULATION}}}\n"
    return f"{head}proposals:\n{proposals}"


def two_months() -> list[object]:
    """Return the population's January and February."""
    return [record.cells for record in islice(read_records(POPULATION), 108)]


class TestTheUnion:
    def test_twenty_rates_cost_little_more_than_one_ruleset(self) -> None:
        rates = "".join(
            f"  - {{id: p{number}, changes: {{rules.volume_bonus.tiers.4.rate: {3 + number}}}}}\n"
            for number in range(1, 21)
        )
        variants = parse_scenario(flagship(rates), "scenario.yaml").variants
        alone = program_of(variants[0])

        union = united([program_of(variant) for variant in variants])
        # What is not shared is what follows from the rate alone, an eighth; history is shared whole.
        assert size(union.program) < 4 * size(alone)
        assert len(union.program.states) == len(alone.states)

    def test_the_same_ruleset_twice_is_the_same_program(self) -> None:
        variant = parse_scenario(flagship("  - {id: a}"), "scenario.yaml").variants[0]
        alone = united([program_of(variant)])
        twice = united([program_of(variant), program_of(variant)])

        assert size(twice.program) == size(alone.program)
        assert twice.places[0] == twice.places[1]


def streaks(limit: int, name: str) -> Program:
    """Return the program of how long a number has been at least a limit."""
    builder = Builder()
    history = History(builder)
    number: Node = builder.input(name, optional=limit > 1)
    streak = history.streak(builder.compare(">=", number, builder.constant(limit)))
    return Program({"streak": streak, "limit": builder.constant(Fraction(limit))}, dict(history.states))


class TestHistory:
    def test_slots_in_which_the_same_is_left_are_one(self) -> None:
        union = united([streaks(3, "a"), streaks(3, "a")])

        assert len(union.program.states) == 1
        assert union.places[0] == union.places[1]

    def test_slots_of_the_same_name_in_which_something_else_is_left_are_two(self) -> None:
        union = united([streaks(3, "a"), streaks(4, "a"), streaks(3, "b")])

        assert len(union.program.states) == 3
        assert len({places["streak"] for places in union.places}) == 3

    def test_slots_differ_where_what_they_look_back_at_differs(self) -> None:
        # What was two periods ago: the outer slots are alike until the inner ones are told apart.
        def two_ago(name: str) -> Program:
            builder = Builder()
            history = History(builder)
            value = history.previous(history.previous(builder.input(name)))
            return Program({"value": value}, dict(history.states))

        assert len(united([two_ago("a"), two_ago("b")]).program.states) == 4
        assert len(united([two_ago("a"), two_ago("a")]).program.states) == 2

    def test_an_input_that_one_program_takes_for_optional_is_so_for_all(self) -> None:
        # The first takes `a` for always there, the second does not: the inputs are one all the same.
        union = united([streaks(1, "a"), streaks(2, "a")])

        names = [getattr(node, "name", "") for node in in_order(union.program.roots())]
        assert names.count("a") == 1


class TestLaws:
    def test_a_proposal_equal_to_the_baseline_changes_nothing(self) -> None:
        found = run_scenario(parse_scenario(flagship("  - {id: a}"), "scenario.yaml"), two_months()).of("a")

        assert found.cost.units == 0
        assert not any(found.differences)
        assert (found.agents.gainers, found.agents.losers) == (0, 0)
        assert (found.status_changes, found.rank_changes, found.largest()) == ((), (), ())
        assert all(band.before == band.after for each in found.occupancy for band in each.bands)
        assert found.distributions[0] == found.distributions[1]

    def test_a_scenario_pays_what_the_comparison_of_the_two_rulesets_pays(self) -> None:
        other = ROOT / "rulesets" / "service-quality-first.yaml"
        found = run_scenario(
            parse_scenario(flagship(f"  - {{id: a, ruleset: {other}}}"), "scenario.yaml")
        ).of("a")
        compared = simulate(load_ruleset(FLAGSHIP), load_ruleset(other), read_records(POPULATION))

        assert found.cost == compared.cost
        assert found.agents == compared.agents
        assert found.rules == compared.rules
        assert found.floor_added == compared.floor_added
        assert found.statuses == compared.statuses

    def test_the_rules_and_the_floor_add_up_to_every_difference(self, tmp_path: Path) -> None:
        text = """
proposals:
  - {id: a, changes: {parameters.bonus: 37, rules.volume.tiers.1.upto: 90}, remove: [rules.star]}
  - {id: b, changes: {rules.breach.affects: all}, assumptions: {calls: 3 * calls - 100}}
"""
        for part in tried(tmp_path, text).variants:
            assert part.cost.units == sum(rule.cost.units for rule in part.rules) + part.floor_added.units
            for names in (("team",), ("team", "level"), ("csat", "period")):
                assert part.cost.units == sum(each.cost.units for each in part.by(*names).sections)
            assert (
                part.cost.units == sum(cost.units for cost in part.by_agent.values()) == sum(part.differences)
            )


class TestColumns:
    def test_a_large_population_is_paid_the_same_in_columns(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text = """
by: [team, csat]
outcome: calls * csat
proposals:
  - {id: a, changes: {parameters.bonus: 37, rules.volume.tiers.1.upto: 90}, remove: [rules.star]}
  - {id: b, changes: {rules.breach.affects: all}, assumptions: {calls: "min(2 * calls, 1000)"}}
  - {id: c, stages: [{from: 2026-02-01, changes: {rules.volume.tiers.top.rate: 3}}]}
"""
        policy = POLICY + '  - {id: steady, kind: bonus, pay: "default(previous(calls), 0)"}\n'
        head = HEAD.replace("rows.csv}", 'rows.csv, where: team == "chat"}')
        row_by_row = tried(tmp_path, text, policy=policy, head=head)
        expected = [part.to_dict() for part in row_by_row.variants]
        teams = row_by_row.trial.metric("team", row_by_row.trial.baseline)
        monkeypatch.setattr(bench, "MANY", 1)

        in_columns = tried(tmp_path, text, policy=policy, head=head)
        assert [part.to_dict() for part in in_columns.variants] == expected
        assert in_columns.trial.metric("team", in_columns.trial.baseline) == teams
        assert in_columns.trial.metric("planet", in_columns.trial.baseline) == [None] * 4

    def test_without_polars_every_population_is_paid_row_by_row(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bench, "MANY", 1)
        monkeypatch.setattr(bench, "_has_polars", lambda: False)

        assert tried(tmp_path, "proposals: [{id: same}]").of("same").cost.units == 0

    def test_flags_are_columns_of_truth_values(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        policy = (
            HEADER.replace("breaches: count", "breaches: boolean")
            + "rules: [{id: volume, kind: bonus, when: not breaches, pay: calls}]"
        )
        rows = [{**each, "breaches": "yes" if each["breaches"] else "no"} for each in ROWS]
        monkeypatch.setattr(bench, "MANY", 1)
        found = tried(tmp_path, "proposals: [{id: same}]\noutcome: 1 if breaches else 0", rows, policy)

        # All calls but Bob's 80, who has the one breach.
        assert found.of("same").cost.before == 500
        outcome = found.of("same").outcome
        assert outcome is not None
        assert outcome.before == 1
