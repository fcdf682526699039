"""Facts beside the rows, and how fresh the measurements in the rows are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from incentive_engine.engine import Ruleset, SnapshotError, parse_ruleset
from incentive_engine.evaluate.files import read_records
from incentive_engine.evaluate.intake import Snapshot
from tests.compile.policies import problems

HEADER = """
language: 1
ruleset: trial
version: "1"
currency: CNY
period: month
effective: {from: 2026-01-01, until: 2026-12-31}
snapshot: {agent: agent, period: month}
"""
RULESET = parse_ruleset(
    HEADER
    + """
attributes:
  team: text
  level: {type: choice, options: [junior, senior], missing: junior}
metrics: {handled: count}
facts:
  revenue: {type: money, title: {en: Revenue, zh: 营业收入}}
  team_target: {type: count, per: team}
  rate: {type: number, places: 1, per: level, missing: 2}
  open_day: {type: boolean, missing: no}
rules:
  - {id: share, kind: bonus, pay: 0.1% * revenue}
  - {id: target, kind: bonus, when: handled >= team_target, pay: 10 * rate}
  - {id: day, kind: bonus, when: open_day, pay: 1}
"""
)
ROW = {"agent": "A1", "month": "2026-03", "team": "x", "level": "senior", "handled": 100}
FACTS: list[dict[str, object]] = [
    {"month": "2026-03", "revenue": 100000, "open_day": "yes"},
    {"month": "2026-03", "team": "x", "team_target": 100},
    {"month": "2026-03", "team": "y", "team_target": 101},
    {"month": "2026-03", "level": "senior", "rate": 3},
    {"month": "2026-03", "level": "junior", "rate": ""},
]


def row(**cells: object) -> dict[str, object]:
    return {**ROW, **cells}


def found(
    rows: list[dict[str, object]], facts: list[dict[str, object]], ruleset: Ruleset = RULESET
) -> tuple[dict[str, str], list[str]]:
    """Return the totals of agents and the problems, which are the same row by row and in columns."""
    decisions = ruleset.evaluate_all(rows, facts=facts)
    totals = {decision.agent: str(decision.total) for decision in decisions}
    codes = [f"{each.row} {each.problem.code}" for each in decisions.rejected]
    columns = sorted({name for each in rows for name in each})
    # A column of a frame has one type, so that only texts and nothing stand in it.
    texts = {
        name: [None if each.get(name) is None else str(each.get(name)) for each in rows] for name in columns
    }
    framed = ruleset.evaluate_frame(pl.DataFrame(texts), facts=facts)
    assert {agent: str(total) for agent, total in framed.frame.select("agent", "total").rows()} == totals
    assert [f"{each.row} {each.problem.code}" for each in framed.rejected] == codes
    for agent in totals:
        decision = decisions.of(agent, "2026-03")
        assert framed.of(agent, "2026-03") == decision
    return totals, codes


class TestFacts:
    def test_a_fact_of_the_company_holds_for_all_and_one_of_a_group_for_its_members(self) -> None:
        rows = [row(), row(agent="A2", team="y"), row(agent="A3", team="y", handled=101)]
        # 0.1 % of 100000 and the open day for all; 10 x 3 where the target of the team is reached
        assert found(rows, FACTS) == ({"A1": "131.00", "A2": "101.00", "A3": "131.00"}, [])

    def test_an_empty_cell_is_what_the_ruleset_says_of_it(self) -> None:
        facts = [*FACTS[1:], {"month": "2026-03", "revenue": None, "open_day": " "}]
        # No revenue is known, the day is not open, and a junior's rate is 2.
        decision = RULESET.evaluate(row(level=None), facts=facts)
        assert (str(decision.total), decision.status) == ("20.00", "incomplete")
        assert [note.message() for note in decision.notes] == [
            "level was empty and counts as junior, as the ruleset says",
            "rate was empty and counts as 2.0, as the ruleset says",
            "open_day was empty and counts as false, as the ruleset says",
            "Revenue is missing, and what depends on it is unknown",
        ]

    def test_each_period_has_facts_of_its_own(self) -> None:
        facts = [*FACTS, {"month": "2026-04", "revenue": 5000, "open_day": 0}]
        decisions = RULESET.evaluate_all([row(), row(month="2026-04")], facts=facts)
        assert [str(decision.total) for decision in decisions] == ["131.00"]
        assert [each.problem.code for each in decisions.rejected] == ["IE4065", "IE4065"]

    def test_a_fact_may_be_repeated_in_every_row_of_the_table(self) -> None:
        facts = [{**each, "revenue": "100000"} for each in FACTS]
        assert found([row()], facts) == ({"A1": "131.00"}, [])

    def test_facts_are_rounded_as_metrics_are_and_the_decision_says_so(self) -> None:
        facts = [*FACTS[:3], {"month": "2026-03", "level": "senior", "rate": Decimal("3.15")}]
        decision = RULESET.evaluate(row(), facts=facts)
        assert str(decision.total) == "133.00"  # 3.15 is 3.2
        assert [note.code for note in decision.notes] == ["IE4101"]
        assert RULESET.evaluate_frame(pl.DataFrame([row()]), facts=facts).rounded == {"rate": 1}

    def test_they_belong_to_what_the_decision_was_made_from(self) -> None:
        one = RULESET.evaluate(row(), facts=FACTS)
        other = RULESET.evaluate(row(), facts=[*FACTS[1:], {**FACTS[0], "revenue": 100001}])
        assert one.facts.snapshot["revenue"] == "100000"
        assert one.facts.snapshot["team_target"] == "100"
        assert one.total == other.total
        assert one.facts.digest != other.facts.digest

    def test_the_explanation_tells_them_by_their_titles(self) -> None:
        decision = RULESET.evaluate(row(), facts=FACTS)
        assert "Revenue is 100,000.00 CNY." in decision.explain("en").text()
        assert "营业收入为 100,000.00 元。" in decision.explain("zh").text()

    def test_a_ruleset_may_be_given_its_facts_once(self) -> None:
        ruleset = RULESET.with_facts(FACTS)
        assert str(ruleset.evaluate_all([row()]).total) == "131.00"
        assert str(ruleset.evaluate_frame(pl.DataFrame([row()])).total) == "131.00"

    def test_without_facts_a_ruleset_takes_none(self) -> None:
        plain = parse_ruleset(
            f"{HEADER}metrics: {{handled: count}}\nrules: [{{id: p, kind: bonus, pay: handled}}]"
        )
        assert str(plain.evaluate(row(), facts=[{"anything": 1}]).total) == "100.00"

    def test_peers_and_earlier_periods_have_them_as_well(self) -> None:
        ruleset = parse_ruleset(
            HEADER
            + """
metrics: {handled: count}
facts: {goal: count}
rules: [{id: p, kind: bonus, pay: 'ytd(goal) + group_sum(handled * goal)'}]
"""
        )
        goals: list[dict[str, object]] = [{"month": "2026-01", "goal": 5}, {"month": "2026-02", "goal": 7}]
        decision = ruleset.evaluate(
            {"agent": "A1", "month": "2026-02", "handled": 1},
            peers=[{"agent": "A2", "month": "2026-02", "handled": 2}],
            history=[{"agent": "A1", "month": "2026-01", "handled": 3}],
            facts=goals,
        )
        assert str(decision.total) == "33.00"  # 5 + 7 + 1 x 7 + 2 x 7

    @pytest.mark.parametrize("period", ["day", "event"])
    def test_an_event_has_the_facts_of_its_day(self, period: str) -> None:
        ruleset = parse_ruleset(
            HEADER.replace("period: month\ne", f"period: {period}\ne")
            + "facts: {price: money}\nrules: [{id: p, kind: bonus, pay: price}]"
        )
        at = "2026-03-08T14:05" if period == "event" else "2026-03-08"
        facts = [{"month": "2026-03-08", "price": 7}, {"month": "2026-03-09", "price": 8}]
        assert str(ruleset.evaluate({"agent": "A1", "month": at}, facts=facts).total) == "7.00"


class TestWhatIsWrongWithFacts:
    def test_a_ruleset_that_has_facts_does_not_do_without_them(self) -> None:
        with pytest.raises(SnapshotError, match="IE4054"):
            RULESET.evaluate(row())
        for decisions in (RULESET.evaluate_all([row()]), RULESET.evaluate_frame(pl.DataFrame([row()]))):
            assert len(decisions) == 0
            assert [(each.row, each.problem.code) for each in decisions.rejected] == [(None, "IE4054")]

    def test_one_row_that_is_read_alone_says_so_too(self) -> None:
        found = RULESET.read(row())
        assert not isinstance(found, Snapshot)
        assert [each.code for each in found] == ["IE4054"] * 4

    @pytest.mark.parametrize(
        ("facts", "rows", "codes"),
        [
            (FACTS[1:], [row()], ["1 IE4055", "1 IE4055"]),  # neither revenue nor the open day
            (FACTS, [row(team="z")], ["1 IE4065"]),
            (FACTS, [row(), row(agent="A2", team=None)], ["2 IE4062"]),
            (FACTS, [row(level="boss")], ["1 IE4049"]),  # which rate holds is not asked
            ([*FACTS, {"month": "2026-03", "revenue": 1}], [row()], ["1 IE4057"]),
            ([*FACTS[1:], {**FACTS[0], "revenue": "1,000"}], [row()], ["1 IE4034"]),
            ([*FACTS[1:], {**FACTS[0], "revenue": float("nan")}], [row()], ["1 IE4033"]),
            ([*FACTS[1:], {**FACTS[0], "revenue": ["a"]}], [row()], ["1 IE4038"]),
            (FACTS, [row(month="2026-13")], ["1 IE4025"]),
        ],
    )
    def test_a_row_whose_facts_cannot_be_told_is_not_paid(
        self, facts: list[dict[str, object]], rows: list[dict[str, object]], codes: list[str]
    ) -> None:
        _, told = found(rows, facts)
        assert told == codes

    def test_a_row_without_the_column_of_its_group_says_only_that(self) -> None:
        incomplete = {name: cell for name, cell in ROW.items() if name != "team"}
        decisions = RULESET.evaluate_all([incomplete], facts=FACTS)
        assert [each.problem.code for each in decisions.rejected] == ["IE4020"]

    @pytest.mark.parametrize(
        ("wrong", "code", "said"),
        [
            ({"month": "2026-3"}, "IE4056", "in row 6 of the facts, `month` is `2026-3`"),
            ({"revenue": 3}, "IE4056", "in row 6 of the facts, `month` is ``"),
            ({"month": "2026-03", "team_target": 3}, "IE4058", "in row 6 of the facts, `team_target` is `3`"),
            (
                {"month": "2026-03", "level": "boss", "rate": 3},
                "IE4059",
                "in row 6 of the facts, `level` is `boss`",
            ),
        ],
    )
    def test_while_a_row_of_the_facts_is_wrong_nobody_is_paid(
        self, wrong: dict[str, object], code: str, said: str
    ) -> None:
        decisions = RULESET.evaluate_all([row()], facts=[*FACTS, wrong])
        assert len(decisions) == 0
        (problem,) = decisions.rejected
        assert (problem.row, problem.problem.code) == (None, code)
        assert problem.message().startswith(said)
        with pytest.raises(SnapshotError, match=code):
            RULESET.evaluate(row(), facts=[*FACTS, wrong])

    def test_a_value_that_raises_when_it_is_looked_at_is_a_problem_as_well(self) -> None:
        class Hostile:
            def __getattribute__(self, name: str) -> object:
                raise RuntimeError(name)

        for wrong in ({"month": "2026-03", "revenue": Hostile()}, {"month": Hostile()}, Hostile()):
            (problem,) = RULESET.evaluate_all([row()], facts=[*FACTS, wrong]).rejected
            assert problem.problem.code in ("IE4056", "IE4068")

    def test_an_empty_cell_of_a_group_needs_no_group(self) -> None:
        assert found([row()], [*FACTS, {"month": "2026-03", "team_target": ""}]) == ({"A1": "131.00"}, [])

    def test_facts_of_periods_outside_of_the_ruleset_say_nothing(self) -> None:
        assert found([row()], [*FACTS, {"month": "2019-03", "revenue": 1}]) == ({"A1": "131.00"}, [])


TABLE = """month,team,level,revenue,team_target,rate,open_day
2026-03,,,100000,,,yes
2026-03,x,,,100,,
2026-03,,senior,,,3,
2026-03,,junior,,,2,
"""


class TestFactsInFiles:
    def test_they_are_read_from_tables_and_from_json(self, tmp_path: Path) -> None:
        (tmp_path / "facts.csv").write_text(TABLE, encoding="utf-8")
        (tmp_path / "facts.json").write_text(json.dumps(FACTS), encoding="utf-8")
        for name in ("facts.csv", "facts.json"):
            decision = RULESET.evaluate(row(), facts=read_records(tmp_path / name))
            assert str(decision.total) == "131.00"

    def test_a_column_that_is_missing_is_said_with_the_file(self, tmp_path: Path) -> None:
        path = tmp_path / "facts.csv"
        path.write_text(TABLE.replace("revenue", "revenues"), encoding="utf-8")
        (problem,) = RULESET.evaluate_all([row()], facts=read_records(path)).rejected
        assert (problem.problem.code, problem.file) == ("IE4014", str(path))
        with pytest.raises(SnapshotError, match=r"facts\.csv: error IE4014"):
            RULESET.evaluate(row(), facts=read_records(path))

    def test_a_line_that_cannot_be_read_is_said_with_its_number(self, tmp_path: Path) -> None:
        path = tmp_path / "facts.csv"
        path.write_text(f"{TABLE}2026-03,x\n", encoding="utf-8")
        (problem,) = RULESET.evaluate_all([row()], facts=read_records(path)).rejected
        assert problem.problem.code == "IE4066"
        assert problem.message("en").startswith("row 6 of the facts: ")
        assert problem.message("zh").startswith("事实表第 6 行：")


# --- Declarations


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("{goal: {type: count, per: passed}}", ["IE3810 1 `passed`"]),
        ("{goal: {type: count, per: nothing}}", ["IE2100 1 `nothing`"]),
        ("{goal: {type: count, per: base_salary}}", ["IE3810 1 `base_salary`"]),
        ("{goal: {type: count, per: wrong}, wrong: {type: text}}", ["IE1103 1 `text`"]),
        ("{goal: {type: money, unit: min}}", ["IE3005 1 `goal`"]),
        ("{handled: count}", ["IE3024 1 `handled`"]),
    ],
)
def test_a_fact_is_declared_as_a_metric_is(facts: str, expected: list[str]) -> None:
    assert problems(f"facts: {facts}\nrules: [{{id: p, kind: bonus, pay: 1}}]") == expected


def test_a_fact_is_not_given_for_each_value_of_a_constant() -> None:
    constant = "parameters: {word: '\"x\"'}"
    found_problems = problems(
        f"facts: {{goal: {{type: count, per: word}}}}\n{constant}\nrules: [{{id: p, kind: bonus, pay: 1}}]"
    )
    assert found_problems == ["IE3810 1 `word`"]


# --- How fresh measurements are

DATED = parse_ruleset(
    HEADER
    + """
metrics:
  csat: {type: ratio, fresh_within: 45 d, measured: surveyed}
  handled: {type: count, missing: 0}
rules: [{id: p, kind: bonus, pay: 100 * csat + handled}]
"""
)


def dated(csat: object, surveyed: object) -> dict[str, object]:
    return {"agent": "A1", "month": "2026-03", "csat": csat, "surveyed": surveyed, "handled": 1}


class TestFreshness:
    # 45 days before 31 March is 14 February.
    @pytest.mark.parametrize(
        ("csat", "surveyed", "outcome"),
        [
            ("90%", "2026-02-14", "91.00"),
            ("90%", "2026-02-13", "IE4063"),
            ("90%", "2026-04-02", "91.00"),  # surveyed afterwards
            ("90%", "", "IE4064"),
            ("90%", None, "IE4064"),
            ("90%", "2 March", "IE4042"),
            ("", "2020-01-01", "0.00"),  # nothing was measured
            (None, "2020-01-01", "0.00"),
            (None, None, "0.00"),
        ],
    )
    def test_a_measurement_is_at_most_so_many_days_old_at_the_end_of_the_period(
        self, csat: object, surveyed: object, outcome: str
    ) -> None:
        totals, codes = found([dated(csat, surveyed)], [], DATED)
        assert [*totals.values(), *(code.split()[1] for code in codes)] == [outcome]

    def test_the_problem_says_how_old_it_is(self) -> None:
        with pytest.raises(SnapshotError) as raised:
            DATED.evaluate(dated("90%", "2026-02-13"))
        assert raised.value.problems[0].message() == (
            "`csat` of agent `A1` for 2026-03 was measured on 2026-02-13, 46 days before 2026-03-31,"
            " and may be 45 days old"
        )

    def test_a_row_needs_the_column_of_the_day(self) -> None:
        cells: Mapping[str, object] = {"agent": "A1", "month": "2026-03", "csat": "90%", "handled": 1}
        assert [each.problem.code for each in DATED.evaluate_all([cells]).rejected] == ["IE4020"]
        framed = DATED.evaluate_frame(pl.DataFrame([cells]))
        assert [each.problem.code for each in framed.rejected] == ["IE4014"]

    def test_a_row_without_its_metric_says_only_that(self) -> None:
        cells = {"agent": "A1", "month": "2026-03", "surveyed": "2019-01-01", "handled": 1}
        assert [each.problem.code for each in DATED.evaluate_all([cells]).rejected] == ["IE4020"]

    @pytest.mark.parametrize(
        ("metric", "code"),
        [
            ("fresh_within: 45 d", "IE3811"),
            ("measured: surveyed", "IE3811"),
            ("fresh_within: 12 h, measured: surveyed", "IE3812"),
            ("fresh_within: -1 d, measured: surveyed", "IE3812"),
            ("fresh_within: 45, measured: surveyed", "IE3001"),
        ],
    )
    def test_it_is_said_in_days_and_with_the_column_of_the_day(self, metric: str, code: str) -> None:
        text = (
            HEADER.lstrip()
            + f"metrics: {{csat: {{type: ratio, {metric}}}}}\nrules: [{{id: p, kind: bonus, pay: 1}}]"
        )
        assert [each.split()[0] for each in problems(text)] == [code]
