"""The full-attendance bonus, worked out by hand; run with the package installed beside the engine."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from incentive_engine import Decisions, Handbook, RulesetError, load_ruleset, parse_ruleset

POLICY = Path(__file__).parents[1] / "attendance.yaml"


def decided(*absences: float | None, breaches: int = 0) -> Decisions:
    """Return the decisions on months in a row; one without absences has an empty cell."""
    rows = [
        {"agent_id": "A1", "month": f"2026-{month:02}", "absent_days": days, "pii_breaches": breaches}
        for month, days in enumerate(absences, 1)
    ]
    found = load_ruleset(POLICY).evaluate_all(rows)
    assert found.rejected == ()
    return found


def test_each_month_in_a_row_adds_up_to_the_cap_and_an_absence_begins_anew() -> None:
    # 300; 300 + 50; 300 + 2 x 50; 300 + 3 x 50 = 450 is more than 400; nothing; 300.
    totals = [str(decision.total) for decision in decided(0, 0.5, 0, 0, 2, 0)]
    assert totals == ["300.00", "350.00", "400.00", "400.00", "0.00", "300.00"]


def test_unknown_absences_leave_open_this_month_and_the_next_one_until_an_absence() -> None:
    outcomes = [decision.line("full_attendance").outcome for decision in decided(0, None, 0, 1, 0)]
    assert outcomes == ["paid", "undetermined", "undetermined", "nothing", "paid"]


def test_a_month_without_a_snapshot_ends_the_row() -> None:
    rows = [
        {"agent_id": "A1", "month": month, "absent_days": 0, "pii_breaches": 0}
        for month in ("2026-01", "2026-03")
    ]
    found = load_ruleset(POLICY).evaluate_all(rows)
    assert [str(decision.total) for decision in found] == ["300.00", "300.00"]


def test_a_red_line_takes_it_as_it_takes_everything() -> None:
    assert [decision.line("full_attendance").outcome for decision in decided(0, breaches=1)] == ["voided"]


def test_the_explanation_speaks_both_languages() -> None:
    decision = decided(0, 0)[1]
    english = "Absences: 0, forgiven: 0.5. Full attendance, 2 in a row: 350.00 CNY."
    assert english in decision.explain("en").text()
    assert "缺勤 0 次，允许 0.5 次。全勤，已连续 2 期：350.00 元。" in decision.explain("zh").text()


def test_it_says_what_would_have_been_full_attendance() -> None:
    # From 2 days of absence to the half day that is forgiven; it adds 300.
    (nearest,) = decided(2)[0].nearest("full_attendance")
    change = nearest.changes[0]
    assert (change.changed.value, str(change.adds)) == (Fraction(1, 2), "300.00")


def test_more_without_a_cap_is_a_problem_in_the_reader_s_words() -> None:
    text = POLICY.read_text(encoding="utf-8").replace("    cap: 400\n", "")
    with pytest.raises(RulesetError) as raised:
        parse_ruleset(text)
    (problem,) = raised.value.problems
    assert problem.code == "ATTENDANCE_NO_CAP"
    assert problem.message("zh") == "只写 `more` 而不写 `cap`，奖金会逐期无限增长"


def test_the_handbook_says_it_in_both_languages() -> None:
    handbook = Handbook(load_ruleset(POLICY))

    assert """\
### Full attendance

- Money for a period without absences, and more for several in a row.

- Absences are counted by Days of absence.
- Of these, so many do not count: 0.5.
- For a period of full attendance it pays 300.
- Each period in a row before it adds 50.
- It is never more than 400.
""" in handbook.markdown()
    assert "- 缺勤按缺勤天数计。\n- 其中不计：0.5。\n- 全勤的期间发放 300。\n" in handbook.markdown("zh")
