"""A scenario on data in batches shows what it shows on all rows at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import polars as pl
import pytest

from incentive_engine.engine import EventsError
from incentive_engine.simulation.laboratory import (
    ScenarioError,
    ScenarioResult,
    ScenarioSums,
    VariantResult,
    VariantSums,
    run_scenario,
    run_scenario_in_batches,
)
from incentive_engine.simulation.laboratory.batches import Batch
from incentive_engine.simulation.laboratory.bench import Bench, Reading, carrier_of
from incentive_engine.simulation.laboratory.running import baseline_of
from tests.simulation.laboratory.trying import HEAD, HEADER, POLICY, ROWS, Row, row, scenario

ALONE = (
    HEADER
    + """\
parameters: {target: 90%}
rules:
  - id: volume
    kind: tiered_bonus
    measure: calls
    mode: slices
    tiers: [{upto: 100, rate: 1}, {name: top, rate: 2}]
  - {id: quality, kind: bonus, when: csat >= target, pay: 100}
  - {id: breach, kind: red_line, when: breaches > 0, consequence: void}
"""
)
HISTORY = (
    ALONE
    + """\
  - {id: growth, kind: bonus, when: calls > previous(calls), pay: 30}
"""
)
LATER = (
    HEADER
    + """\
parameters: {target: 90%}
rules:
  - id: volume
    kind: tiered_bonus
    measure: calls
    mode: slices
    tiers: [{upto: 100, rate: 1}, {name: top, rate: 2}]
  - id: growth
    kind: bonus
    when: calls > previous(calls)
    pay: 30
    release: [{share: 50%}, {share: 50%, after: 2 months}]
  - id: star
    kind: star_award
    within: team
    rank_by: [{highest: calls}]
    ties: share_prizes
    prizes: [{pay: 50}]
  - {id: breach, kind: red_line, when: breaches > 0, consequence: void}
"""
)
PROPOSALS = """\
by: [team, [team, level], period]
outcome: {value: calls, title: Calls}
guardrails:
  - {budget: +3%}
  - {largest_loss: 20}
  - {loses_more_than: 5%, at_most: 10%}
  - {pay_gap: level, at_most: 10%}
  - {pay_gap: level, at_most: 90%}
  - {pay_gap: team, at_most: 90%}
  - {no_red_line_paid: true}
  - {reaches: volume, bands: [top], at_least: 60%}
proposals:
  - {id: steeper, changes: {rules.volume.tiers.top.rate: 3, parameters.target: 93%}}
  - {id: forgiving, remove: [rules.breach]}
  - {id: plain, remove: [rules.volume]}
"""


def drawn(count: int) -> list[dict[str, object]]:
    """Return rows of forty agents, month by month; some have no satisfaction, some no team."""
    random = Random(7)  # noqa: S311 -- nothing here has to be secret
    return [
        row(
            f"A{number % 40:02}",
            f"2026-{number // 40 + 1:02}",
            random.choice(("chat", "mail", "")),
            random.choice(("junior", "senior")),
            random.randint(0, 250),
            random.choice(("", "88%", "91%", "95%")),
            random.choice((0, 0, 0, 1)),
        )
        for number in range(count)
    ]


def folder_of(folder: Path, rows: Sequence[Row]) -> Path:
    """Write rows as a folder of Parquet, a file for each hundred."""
    parts = folder / "rows"
    parts.mkdir()
    for number in range(0, len(rows), 100):
        pl.DataFrame([dict(each) for each in rows[number : number + 100]]).write_parquet(
            parts / f"{number}.parquet"
        )
    return parts


def both(
    folder: Path, policy: str, text: str = PROPOSALS, rows: Sequence[Row] = (), head: str = HEAD
) -> tuple[ScenarioResult, ScenarioSums]:
    """Return what a scenario shows on all rows at once, and in batches of fifty."""
    tried = scenario(folder, text, policy, head)
    own = rows or drawn(320)
    return run_scenario(tried, own), run_scenario_in_batches(tried, folder_of(folder, own), rows=50)


def assert_equal(result: VariantResult, sums: VariantSums) -> None:
    """Check that all views of a variant are the same."""
    for name in (
        *("cost", "rules", "floor_added", "deferred", "agents", "per_decision", "distributions", "by_agent"),
        *("statuses", "undecided", "occupancy", "outcome", "judgements", "places"),
    ):
        assert getattr(result, name) == getattr(sums, name), name
    for names in result.splits:
        assert result.by(*names) == sums.by(*names)


@pytest.mark.parametrize("policy", [ALONE, HISTORY, POLICY, LATER], ids=["alone", "history", "peers", "both"])
def test_batches_show_what_all_rows_show(tmp_path: Path, policy: str) -> None:
    result, sums = both(tmp_path, policy)

    assert len(result.keys) == sums.counted == 320
    for whole, added in zip(result.variants, sums.variants, strict=True):
        assert_equal(whole, added)
    assert [(each.variant.proposal, judgement) for each, judgement in result.broken] == [
        (each.variant.proposal, judgement) for each, judgement in sums.broken
    ]
    assert sums.broken


def test_what_is_deferred_is_what_each_agent_is_owed_after_the_last_row(tmp_path: Path) -> None:
    _, sums = both(tmp_path, LATER)

    assert sums.of("steeper").deferred.units_before > 0


def test_amounts_are_those_worked_out_by_hand(tmp_path: Path) -> None:
    text = "by: [team]\nproposals: [{id: a, changes: {parameters.bonus: 150}}]\n"
    result = both(tmp_path, POLICY, text, ROWS)[1].of("a")

    # 1030 before; two of the five reach the target and keep what it pays: Ann in January, Bob in February.
    assert str(result.cost.before) == "1030.00"
    assert str(result.cost.after) == "1130.00"
    assert {agent: str(cost.difference) for agent, cost in result.by_agent.items()} == {
        "Ann": "50.00",
        "Bob": "50.00",
        "Cid": "0.00",
    }
    assert [(str(each.cost.before), each.agents.gainers) for each in result.by("team").sections] == [
        ("840.00", 2),  # chat: 350 + 80 + 100 + 310
        ("190.00", 0),  # mail
    ]


class TestWhatIsCounted:
    def test_a_condition_and_periods_choose_rows(self, tmp_path: Path) -> None:
        head = HEAD.replace(
            "rows.csv}", 'rows.csv, where: level == "junior", periods: {from: 2026-02, until: 2026-06}}'
        )
        result, sums = both(tmp_path, HISTORY, head=head)

        assert (len(result.keys), result.left_out.filtered) == (sums.counted, sums.filtered)
        assert 0 < sums.counted < 200
        for whole, added in zip(result.variants, sums.variants, strict=True):
            assert_equal(whole, added)

    def test_rows_that_cannot_be_taken_are_left_out_and_told(self, tmp_path: Path) -> None:
        rows = drawn(120)
        rows[70]["calls"] = -1
        rows[90]["level"] = "chief"
        result, sums = both(tmp_path, ALONE, rows=rows)

        assert sums.counted == len(result.keys) == 118
        assert sums.rejected == 2
        assert [each.problem.code for each in sums.problems] == [
            each.problem.code for each in result.left_out.rejected
        ]
        assert_equal(result.variants[0], sums.variants[0])

    def test_periods_outside_the_effective_dates_are_no_problem(self, tmp_path: Path) -> None:
        policy = ALONE.replace("period: month\n", "period: month\neffective: {from: 2026-02-01}\n")
        result, sums = both(tmp_path, policy, rows=drawn(120))

        assert (sums.counted, sums.rejected, sums.problems) == (len(result.keys), 0, ())
        assert sums.counted == 80

    def test_no_rows_come_to_nothing(self, tmp_path: Path) -> None:
        head = HEAD.replace("rows.csv}", "rows.csv, periods: {from: 2030-01}}")
        sums = both(tmp_path, ALONE, head=head, rows=drawn(60))[1]

        assert (sums.counted, sums.filtered) == (0, 60)
        assert sums.variants[0].distributions == (None, None)
        assert str(sums.variants[0].cost.after) == "0.00"

    def test_facts_stand_beside_the_rows(self, tmp_path: Path) -> None:
        policy = HEADER + "facts: {days: count}\nrules: [{id: open, kind: bonus, pay: 1 CNY * days}]\n"
        text = "proposals: [{id: a, changes: {rules.open.pay: 2 CNY * days}}]\n"
        tried = scenario(tmp_path, text, policy)
        facts = [{"month": "2026-01", "days": 21}, {"month": "2026-02", "days": 22}]
        rows = drawn(80)
        whole = run_scenario(tried, rows, facts=facts)
        sums = run_scenario_in_batches(tried, pl.DataFrame(rows), facts, rows=50)

        assert_equal(whole.variants[0], sums.variants[0])
        assert str(sums.of("a").cost.difference) == "1720.00"  # 40 agents, 21 and 22


def refused(folder: Path, text: str, policy: str = ALONE, head: str = HEAD) -> list[str]:
    """Return with what problems a scenario is refused."""
    with pytest.raises(ScenarioError) as caught:
        run_scenario_in_batches(scenario(folder, text, policy, head), pl.DataFrame(drawn(4)))
    return [f"{each.code} {each.values}" for each in caught.value.problems]


PLAIN = "proposals: [{id: a}]\n"


class TestWhatNeedsAllRows:
    @pytest.mark.parametrize(
        ("what", "text"),
        [
            ("assumptions", "assumptions: {csat: csat}\n"),
            ("pilot", 'pilot: {where: team == "chat", from: 2026-02, until: 2026-02}\n'),
            ("goal", "goal: {path: parameters.target, budget: +1%, from: 90%, to: 95%, step: 1%}\n"),
            ("sensitivity", "sensitivity: 1%\n"),
        ],
    )
    def test_a_scenario_that_asks_for_it_is_refused(self, tmp_path: Path, what: str, text: str) -> None:
        assert refused(tmp_path, PLAIN + text) == [f"IE5168 {{'what': '{what}'}}"]

    def test_a_file_of_history_is_refused(self, tmp_path: Path) -> None:
        head = HEAD.replace("rows.csv}", "rows.csv, history: before.csv}")

        assert refused(tmp_path, PLAIN, head=head) == ["IE5168 {'what': 'history'}"]

    def test_rulesets_that_read_the_data_differently_are_refused(self, tmp_path: Path) -> None:
        text = "proposals: [{id: new, changes: {metrics.breaches: {type: count, range: [0, 9]}}}]\n"

        assert refused(tmp_path, text) == ["IE5169 {'name': 'new'}"]

    def test_events_are_refused(self, tmp_path: Path) -> None:
        policy = ALONE.replace("period: month", "period: event").replace("period: month}", "event: month}")
        with pytest.raises(EventsError):
            run_scenario_in_batches(scenario(tmp_path, PLAIN, policy), pl.DataFrame(drawn(4)))

    def test_views_on_single_decisions_say_so(self, tmp_path: Path) -> None:
        result = both(tmp_path, ALONE, rows=drawn(60))[1].variants[0]

        views: dict[str, Callable[[], object]] = {
            "decisions": lambda: result.decisions([]),
            "largest": lambda: result.largest(3),
            "status_changes": lambda: result.status_changes,
            "rank_changes": lambda: result.rank_changes,
            "by(level)": lambda: result.by("level"),
        }
        for what, view in views.items():
            with pytest.raises(ScenarioError, match="in batches only sums are kept") as caught:
                view()
            assert caught.value.problems[0].values == {"what": what}

    def test_a_batch_explains_no_decision(self, tmp_path: Path) -> None:
        tried = scenario(tmp_path, PLAIN, ALONE)
        baseline = baseline_of(tried)
        reading = Reading(carrier_of([tried.baseline.policy], None), {}, frozenset(), ())
        batch = Batch(tried, baseline, Bench(reading, [baseline], None, tried.figures), {})

        with pytest.raises(ScenarioError):
            batch.decisions(baseline, 1, [])
