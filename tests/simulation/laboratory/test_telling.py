"""A scenario's result as text and as rows; amounts are those of test_results.py."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from incentive_engine.simulation.laboratory import ScenarioResult
from incentive_engine.simulation.laboratory.report import ScenarioReport, long_rows
from tests.simulation.laboratory.trying import HEAD, POLICY, Row, row, tried

RATE = "proposals: [{id: rate, title: {en: More, zh: 更多}, changes: {rules.volume.tiers.top.rate: 3}}]\n"


def lines(result: ScenarioResult, heading: str) -> list[str]:
    """Return the lines of a part of the text, without those under its heading."""
    text = ScenarioReport(result).text()
    parts = text.split("\n\n")
    place = next(number for number, part in enumerate(parts) if part.startswith(f"{heading}\n-"))
    return parts[place + 1].splitlines()


class TestText:
    def test_the_head_says_what_was_tried_on_what(self, tmp_path: Path) -> None:
        head = HEAD.replace("rows.csv}", 'rows.csv, where: team == "chat"}')
        text = ScenarioReport(tried(tmp_path, RATE, head=head)).text().splitlines()

        assert text[0] == "Scenario: Spring"
        assert text[3].startswith("Baseline: Old policy (trial, version 1, text ")
        assert text[5] == "Rows of data: 5. Counted: 4; rejected: 0; not asked for: 1."

    def test_what_is_left_out_is_told(self, tmp_path: Path) -> None:
        later = POLICY.replace("currency:", "effective: {from: 2026-02-01}\ncurrency:")
        (tmp_path / "later.yaml").write_text(later, encoding="utf-8")
        found = tried(tmp_path, "proposals: [{id: later, ruleset: later.yaml}]")

        assert "Not counted, because not all rulesets are in effect: 2026-01." in ScenarioReport(found).text()
        assert "未计入（并非所有规则集都有效）：2026-01。" in ScenarioReport(found, "zh").text()

    def test_only_the_first_impossible_assumptions_are_told(self, tmp_path: Path) -> None:
        rows: list[Row] = [row(f"A{number}", "2026-01", "chat", "junior", 1, "95%") for number in range(7)]
        text = ScenarioReport(tried(tmp_path, "proposals: [{id: a, assumptions: {csat: 2}}]", rows)).text()

        assert "Left out under all rulesets: agent A4, period 2026-01: `csat` would become 2.0000" in text
        assert "agent A5" not in text
        assert "And 2 more." in text

    def test_repeated_draws_have_a_low_and_a_high_cost(self, tmp_path: Path) -> None:
        text = "proposals: [{id: a, assumptions: {calls: {spread: 5}}}]\nrepeat: 3\nseed: 8"
        found = tried(tmp_path, text)

        assert "were drawn 3 times from the seed 8" in ScenarioReport(found).text()
        assert lines(found, "The proposals, in CNY")[0].split()[5:7] == ["Low", "High"]

    def test_a_long_list_of_places_is_cut(self, tmp_path: Path) -> None:
        # 25 agents in turn: the other way round everybody but the one in the middle has another place.
        rows: list[Row] = [
            row(f"A{number:02}", "2026-01", "chat", "junior", number, f"{99 - number}%")
            for number in range(25)
        ]
        found = tried(
            tmp_path, "proposals: [{id: a, changes: {rules.star.rank_by: [{highest: csat}]}}]", rows
        )

        assert len(lines(found, "Places in star awards, in CNY")) == 21
        assert "And 4 more." in ScenarioReport(found).text()

    def test_a_sweep_shows_its_numbers_in_columns(self, tmp_path: Path) -> None:
        found = tried(tmp_path, "sweep: [{path: parameters.bonus, values: [100, 110]}]")

        header, first, second = (line.split() for line in lines(found, "The proposals, in CNY"))
        assert header[:3] == ["bonus", "Before", "After"]
        assert [first[0], second[0]] == ["100", "110"]
        assert "By rule" not in ScenarioReport(found).text()

    def test_a_sweep_of_several_proposals_names_them_too(self, tmp_path: Path) -> None:
        found = tried(
            tmp_path, "proposals: [{id: a}, {id: b}]\nsweep: [{path: parameters.bonus, values: [1]}]"
        )

        assert [line.split()[:2] for line in lines(found, "The proposals, in CNY")] == [
            ["Proposal", "bonus"],
            ["a", "1"],
            ["b", "1"],
        ]

    def test_of_nobody_there_is_only_the_cost(self, tmp_path: Path) -> None:
        text = ScenarioReport(tried(tmp_path, RATE, rows=[])).text()

        assert "Counted: 0" in text
        assert "How the pay" not in text

    def test_where_somebody_pays_in_there_is_no_gini_coefficient(self, tmp_path: Path) -> None:
        policy = POLICY + "  - {id: fine, kind: bonus, pay: -500 * breaches}\ntotal: {floor: none}\n"
        found = tried(tmp_path, RATE, policy=policy)

        assert lines(found, "How the pay of agents is distributed, over all periods, in CNY")[-1] == (
            "Gini coefficient"
        )

    def test_who_is_not_ranked_is_told_so(self, tmp_path: Path) -> None:
        found = tried(tmp_path, "proposals: [{id: a, changes: {rules.star.rank_by: [{highest: csat}]}}]")

        (_, cid) = lines(found, "Places in star awards, in CNY")
        assert cid.split()[:7] == ["star", "Cid", "2026-01", "1,", "wins", "not", "ranked"]

    def test_what_has_no_value_is_a_section_of_its_own(self, tmp_path: Path) -> None:
        told = lines(tried(tmp_path, RATE + "by: csat"), "By Satisfaction, in CNY")

        names = [line.split()[0] for line in told]
        assert names == ["Satisfaction", "85.00%", "90.00%", "92.00%", "95.00%", "(missing)", "Together"]

    def test_an_outcome_of_nothing_has_no_cost(self, tmp_path: Path) -> None:
        found = tried(tmp_path, RATE + "outcome: 0 * calls")

        assert lines(found, "Cost of the outcome, in CNY")[-1] == "Cost of one unit"

    def test_the_baseline_can_be_read_as_well(self, tmp_path: Path) -> None:
        found = tried(tmp_path, RATE)

        assert found.baseline.total == 103000
        assert found.form("zh").currency_name() == "元"


class TestRows:
    def test_each_variant_has_a_row_for_each_agent_and_period(self, tmp_path: Path) -> None:
        text = "proposals: [{id: a, remove: [rules.star]}]\nby: [team, period]\n"
        sweep = "sweep: [{path: parameters.bonus, values: [100, 110]}]\n"
        header, *rows = long_rows(tried(tmp_path, text + sweep))

        assert header[:5] == ["proposal", "parameters.bonus", "agent", "period", "team"]
        assert len(rows) == 10
        first = dict(zip(header, rows[5], strict=True))
        # Ann's January: quality pays 10 more, and the star's 50 are gone.
        assert {name: first[name] for name in ("parameters.bonus", "agent", "team", "before", "after")} == {
            "parameters.bonus": "110",
            "agent": "Ann",
            "team": "chat",
            "before": Decimal("350.00"),
            "after": Decimal("310.00"),
        }
        assert (first["star.before"], first["star.after"]) == (Decimal("50.00"), Decimal("0.00"))

    def test_what_is_missing_is_empty(self, tmp_path: Path) -> None:
        header, *rows = long_rows(tried(tmp_path, RATE + "by: csat"))

        assert [each[header.index("csat")] for each in rows] == ["0.95", "0.92", None, "0.85", "0.9"]

    def test_events_are_told_apart_by_their_ids(self, tmp_path: Path) -> None:
        policy = """
language: 1
ruleset: contacts
version: "1"
currency: CNY
period: event
snapshot: {agent: agent, period: at, event: contact}
metrics: {minutes: count}
rules: [{id: time, kind: bonus, pay: 2 * minutes, limit: {pay: 30, per: month}}]
"""
        rows: list[Row] = [
            {"agent": "Ann", "at": "2026-03-08T12:00", "contact": "c1", "minutes": 14},
            {"agent": "Ann", "at": "2026-03-08T12:00", "contact": "c2", "minutes": 4},
        ]
        found = tried(tmp_path, "proposals: [{id: more, changes: {rules.time.limit.pay: 34}}]", rows, policy)

        header, *told = long_rows(found)
        places = [header.index(name) for name in ("period", "event", "before", "after")]
        # The second event brings the month to 30, or to 34.
        assert [[each[place] for place in places] for each in told] == [
            ["2026-03-08T12:00", "c1", Decimal("28.00"), Decimal("28.00")],
            ["2026-03-08T12:00", "c2", Decimal("2.00"), Decimal("6.00")],
        ]
