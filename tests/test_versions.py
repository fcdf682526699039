"""Several versions of one policy in a folder: the one in force decides, and what rules keep is handed on."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incentive_engine import (
    Decisions,
    HistoryNeededError,
    RulesetError,
    SnapshotError,
    Versions,
    check_versions,
    load_ruleset,
    load_versions,
    parse_ruleset,
)
from tests.support.draws import draws

HEADER = """\
language: 1
ruleset: policy
version: "{version}"
currency: CNY
period: month
effective: {{{effective}}}
snapshot: {{agent: agent, period: month}}
metrics:
  handled: {{type: count, over_time: sum}}
  errors: {{type: count, missing: 0}}
  level: {{type: count, missing: unknown}}
"""
RULES = """\
rules:
  - {id: learning, kind: growth_credit, earn: [{credits: 10, per: handled}], expires_after: 4 months,
     redeem: {pay: 1, when: errors == 0 and handled > 5}}
  - {id: star, kind: star_award, when: handled > 3, rank_by: [{highest: handled}], ties: all_win,
     prizes: [{pay: 300}], rest: 2 periods}
  - {id: line, kind: red_line, when: errors > 6, consequence: {keep: 50%}, lasts: 2 periods}
  - {id: fine, kind: red_line, when: errors == 5, consequence: {deduct: 200}}
  - {id: volume, kind: bonus, pay: 7 * handled, limit: {pay: 100, per: quarter}}
  - {id: quarter, kind: bonus, period: quarter, when: handled > 9, pay: 33}
  - {id: to_date, kind: bonus, pay: '1 * default(ytd(handled), 0)'}
  - {id: rising, kind: bonus, pay: '3 * default(rise(handled), 0)'}
total: {carry_rest: yes}
"""
MONTHS = [f"2026-{number:02}" for number in range(1, 13)]


def text(version: str, effective: str, rules: str = RULES) -> str:
    return HEADER.format(version=version, effective=effective) + rules


def folder(tmp_path: Path, **texts: str) -> Path:
    for name, each in texts.items():
        (tmp_path / f"{name}.yaml").write_text(each, encoding="utf-8")
    return tmp_path


def versions(*texts: str) -> Versions:
    return Versions([parse_ruleset(each) for each in texts])


def halves(rules: str, later: str, last: str = "2026-06-30", first: str = "2026-07-01") -> Versions:
    return versions(text("1", f"until: {last}", rules), text("2", f"from: {first}", later))


def row(agent: str, month: str, handled: object, errors: object = 0, **more: object) -> dict[str, object]:
    return {"agent": agent, "month": month, "handled": handled, "errors": errors, "level": "", **more}


def totals(decisions: Decisions) -> list[tuple[str, str, str, Decimal]]:
    return [(made.agent, made.period, made.status, made.total) for made in decisions]


# --- Which version decides


def test_the_version_in_force_decides_and_a_decision_says_which_it_was() -> None:
    policy = halves("rules: [{id: a, kind: bonus, pay: 1}]", "rules: [{id: b, kind: bonus, pay: 2}]")
    decisions = policy.evaluate_all([row("A", month, 1) for month in MONTHS[4:8]])

    assert [(made.period, made.ruleset.version, str(made.total)) for made in decisions] == [
        ("2026-05", "1", "1.00"),
        ("2026-06", "1", "1.00"),
        ("2026-07", "2", "2.00"),
        ("2026-08", "2", "2.00"),
    ]
    hashes = {made.ruleset.content_hash for made in decisions}
    assert hashes == {each.identity.content_hash for each in policy.rulesets}
    assert policy.in_force("2026-07").identity.version == "2"
    assert decisions.total == 6


def test_a_row_of_a_time_without_a_version_is_rejected() -> None:
    policy = halves(
        "rules: [{id: a, kind: bonus, pay: 1}]", "rules: [{id: a, kind: bonus, pay: 2}]", "2026-05-31"
    )
    decisions = policy.evaluate_all([row("A", "2026-06", 1), row("A", "2026-07", 1), row("A", "July", 1)])

    assert [made.period for made in decisions] == ["2026-07"]
    assert [(each.row, each.problem.code) for each in decisions.rejected] == [(1, "IE3865"), (3, "IE4025")]
    with pytest.raises(KeyError):
        policy.in_force("2026-06")


def test_each_version_reads_its_own_rows_and_says_what_is_wrong_with_them() -> None:
    policy = halves("rules: [{id: a, kind: bonus, pay: 1}]", "rules: [{id: a, kind: bonus, pay: 2}]")
    rows = [row("A", "2026-06", "many"), row("A", "2026-07", 1), row("A", "2026-07", 2), 5]
    decisions = policy.evaluate_all(rows)

    assert not decisions
    assert [(each.row, each.problem.code) for each in decisions.rejected] == [
        (1, "IE4031"),
        (2, "IE4027"),
        (3, "IE4027"),
        (4, "IE4028"),
    ]


def test_one_snapshot_is_decided_on_with_its_peers_and_its_history() -> None:
    later = "rules: [{id: a, kind: bonus, pay: 1 * ytd(handled) + group_sum(errors) * 1000}]"
    policy = halves("rules: [{id: a, kind: bonus, pay: 1}]", later)
    history = [row("A", month, 1) for month in MONTHS[:6]]

    made = policy.evaluate(row("A", "2026-07", 4), peers=[row("B", "2026-07", 9, 2)], history=history)
    # 6 x 1 + 4 handled so far, and 2 errors in the group
    assert (str(made.total), made.status) == ("2010.00", "final")
    alone = policy.evaluate(row("A", "2026-07", 4), history=history)
    assert (str(alone.total), alone.status) == ("0.00", "incomplete")
    with pytest.raises(HistoryNeededError):
        policy.evaluate(row("A", "2026-07", 4))
    with pytest.raises(SnapshotError, match="IE4031"):
        policy.evaluate(row("A", "2026-07", "x"), history=[])


def test_facts_are_those_of_each_versions_own_time() -> None:
    rules = "facts: {revenue: money}\nrules: [{id: a, kind: bonus, pay: 1% * revenue}]"
    looking_back = rules.replace("1% * revenue", "1% * ytd(revenue)")
    policy = halves(rules, looking_back)
    facts = [{"month": month, "revenue": 100 * (place + 1)} for place, month in enumerate(MONTHS[:7])]
    decisions = policy.with_facts(facts).evaluate_all([row("A", month, 1) for month in MONTHS[:7]])

    # 1 % of 600 in June, and of 100 + 200 + ... + 700 = 2,800 in July
    assert [made.total for made in decisions][5:] == [6, 28]
    broken = policy.with_facts([*facts, {"month": "?", "revenue": 5}]).evaluate_all([row("A", "2026-07", 1)])
    assert [each.problem.code for each in broken.rejected] == ["IE4056"]


def test_facts_can_be_given_with_the_rows() -> None:
    rules = "facts: {revenue: money}\nrules: [{id: a, kind: bonus, pay: 1% * revenue}]"
    policy = halves(rules, rules.replace("1%", "2%"))
    facts = [{"month": "2026-06", "revenue": 100}, {"month": "2026-07", "revenue": 300}]
    rows = [row("A", "2026-06", 1), row("A", "2026-07", 1)]

    # 1 % of 100 in June, 2 % of 300 in July
    assert policy.evaluate_all(rows, facts=facts).total == 7
    assert policy.evaluate(rows[1], facts=facts).total == 6


# --- What is handed on


def rows_of(counts: Sequence[Sequence[int | None]]) -> list[dict[str, object]]:
    """Return the rows of agents A, B, ...; None is a month without one."""
    return [
        row(chr(ord("A") + agent), month, count % 10, count // 10)
        for agent, months in enumerate(counts)
        for month, count in zip(MONTHS, months, strict=True)
        if count is not None
    ]


COUNTS = st.lists(
    st.lists(st.one_of(st.none(), st.integers(0, 99)), min_size=12, max_size=12), min_size=1, max_size=3
)


WHOLE = parse_ruleset(text("1", ""))
SPLITS = [
    halves(RULES, RULES, "2026-03-31", "2026-04-01"),
    halves(RULES, RULES, "2026-09-30", "2026-10-01"),
    versions(
        text("1", "until: 2026-03-31"),
        text("2", "from: 2026-04-01, until: 2026-06-30"),
        text("3", "from: 2026-07-01"),
    ),
]


@settings(max_examples=draws(6), deadline=None)
@given(COUNTS, st.sampled_from(SPLITS))
def test_a_policy_that_is_split_pays_what_it_pays_as_one(
    counts: Sequence[Sequence[int | None]], split: Versions
) -> None:
    rows = rows_of(counts)
    assert totals(split.evaluate_all(rows)) == totals(WHOLE.evaluate_all(rows))


def test_a_balance_goes_on_as_it_was_earned_under_the_version_before() -> None:
    rules = (
        "rules: [{id: learning, kind: growth_credit, earn: [{credits: RATE, per: handled}], carry: yes,"
        " redeem: {pay: 1, when: errors > 0}}]"
    )
    policy = halves(rules.replace("RATE", "10"), rules.replace("RATE", "0.25"))
    rows = [
        row("A", "2026-06", 2),
        row("B", "2026-03", 1),
        row("A", "2026-07", 1, 1),
        row("B", "2026-08", 1, 1),
    ]
    paid = {(made.agent, made.period): made.total for made in policy.evaluate_all(rows)}

    # 2 x 10 of June and 0.25 of July; B has 10 of March, goes over five months without a row, and adds 0.25.
    assert paid["A", "2026-07"] == Decimal("20.25")
    assert paid["B", "2026-08"] == Decimal("10.25")


def test_a_balance_passes_over_a_version_in_which_nobody_has_a_row() -> None:
    rules = (
        "rules: [{id: learning, kind: growth_credit, earn: [{credits: 10, per: handled}],"
        " expires_after: 5 months, redeem: {pay: 1, when: errors > 0}}]"
    )
    policy = versions(
        text("1", "until: 2026-03-31", rules),
        text("2", "from: 2026-04-01, until: 2026-05-31", rules),
        text("3", "from: 2026-06-01", rules),
    )
    rows = [row("A", "2026-01", 1), row("A", "2026-03", 1), row("A", "2026-06", 1, 1)]
    # What was earned in January has expired by June, the fifth month after it; March and June are left.
    assert policy.evaluate_all(rows).of("A", "2026-06").total == 20


def test_a_rule_that_is_new_begins_with_nothing() -> None:
    later = (
        "rules: [{id: learning, kind: growth_credit, earn: [{credits: 10, per: handled}], carry: yes,"
        " redeem: {pay: 1, when: errors > 0}}]"
    )
    policy = halves("rules: [{id: a, kind: bonus, pay: 1}]", later)
    # What was handled before July earned nothing then.
    rows = [row("A", "2026-06", 5), row("A", "2026-07", 1, 1)]
    assert policy.evaluate_all(rows).of("A", "2026-07").total == 10


def test_history_is_looked_back_at_as_the_later_version_reads_it() -> None:
    later = "formulas: {points: 2 * handled}\nrules: [{id: a, kind: bonus, pay: 1 * previous(points)}]"
    policy = halves("formulas: {points: 1 * handled}\nrules: [{id: a, kind: bonus, pay: 1}]", later)
    made = policy.evaluate_all([row("A", "2026-06", 5), row("A", "2026-07", 1)]).of("A", "2026-07")
    # June by the points of today: 2 x 5
    assert made.total == 10


EVENTS = """\
rules:
  - {id: save, kind: bonus, pay: 40 * handled, limit: {pay: 100, per: year}}
  - {id: more, kind: bonus, pay: '1 * default(previous(handled), 0)'}
"""


def test_events_go_on_from_one_version_to_the_next() -> None:
    def events(version: str, effective: str) -> str:
        return text(version, effective, EVENTS).replace("period: month\n", "period: event\n")

    rows = [row("A", f"2026-{month:02}-15", 1) for month in (2, 5, 8, 11)] + [row("B", "2026-08-01", 2)]
    whole = parse_ruleset(events("1", ""))
    split = versions(events("1", "until: 2026-06-30"), events("2", "from: 2026-07-01"))

    # 40 twice, the rest of 20, nothing; and one for the event before
    assert [made.total for made in whole.evaluate_all(rows) if made.agent == "A"] == [40, 41, 21, 1]
    assert totals(split.evaluate_all(rows)) == totals(whole.evaluate_all(rows))


# --- Folders


def codes(tmp_path: Path) -> list[str]:
    with pytest.raises(RulesetError) as caught:
        load_versions(tmp_path)
    return [problem.code for problem in caught.value.problems]


def test_a_folder_has_a_version_in_each_file_but_for_the_tests(tmp_path: Path) -> None:
    path = folder(tmp_path, b_first=text("1", "until: 2026-06-30"), a_second=text("2", "from: 2026-07-01"))
    (path / "b_first.tests.yaml").write_text("tests: []", encoding="utf-8")
    (path / "notes.txt").write_text("remarks", encoding="utf-8")
    policy = load_versions(path)

    assert [each.identity.version for each in policy.rulesets] == ["1", "2"]
    assert policy.warnings == ()
    assert set(check_versions(path)) == {str(path / "a_second.yaml"), str(path / "b_first.yaml")}


def test_a_file_alone_is_the_only_version(tmp_path: Path) -> None:
    path = folder(tmp_path, only=text("1", "")) / "only.yaml"
    policy = load_versions(path)
    assert len(policy.rulesets) == 1
    rows = [row("A", "2026-01", 1)]
    assert totals(policy.evaluate_all(rows)) == totals(policy.rulesets[0].evaluate_all(rows))
    assert totals(policy.evaluate_all([])) == []


def test_one_ruleset_is_not_read_from_a_folder(tmp_path: Path) -> None:
    with pytest.raises(RulesetError, match="IE3866"):
        load_ruleset(tmp_path)


def test_a_folder_without_rulesets_is_no_policy(tmp_path: Path) -> None:
    assert codes(tmp_path) == ["IE3860"]


def test_what_is_wrong_with_one_version_is_said(tmp_path: Path) -> None:
    folder(tmp_path, one=text("1", "until: 2026-06-30"), two=text("2", "from: 2026-07-01") + "rulez: []\n")
    assert codes(tmp_path) == ["IE1102"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ruleset: policy", "ruleset: other"),
        ("currency: CNY", "currency: USD"),
        ("period: month\n", "period: quarter\n"),
        ("agent: agent,", "agent: agent_id,"),
    ],
)
def test_versions_of_one_policy_agree_in_what_they_are_about(tmp_path: Path, before: str, after: str) -> None:
    rules = "rules: [{id: a, kind: bonus, pay: 1}]"
    later = text("2", "from: 2026-07-01", rules).replace(before, after, 1)
    folder(tmp_path, one=text("1", "until: 2026-06-30", rules), two=later)
    assert codes(tmp_path) == ["IE3861"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("until: 2026-07-31", "from: 2026-07-01"),
        ("from: 2026-01-01", "from: 2026-07-01"),
        ("until: 2026-06-30", "until: 2026-12-31"),
    ],
)
def test_two_versions_are_not_in_force_at_once(tmp_path: Path, first: str, second: str) -> None:
    folder(tmp_path, one=text("1", first), two=text("2", second))
    assert codes(tmp_path) == ["IE3862"]


def test_a_gap_between_versions_is_a_warning(tmp_path: Path) -> None:
    folder(tmp_path, one=text("1", "until: 2026-05-31"), two=text("2", "from: 2026-07-01"))
    (warning,) = load_versions(tmp_path).warnings
    assert warning.code == "IE3863"
    assert "from 2026-06-01 to 2026-06-30" in warning.message()


def test_what_the_next_version_has_no_place_for_is_a_warning(tmp_path: Path) -> None:
    shorter = RULES.replace("4 months", "3 months")
    folder(tmp_path, one=text("1", "until: 2026-06-30"), two=text("2", "from: 2026-07-01", shorter))
    (warning,) = load_versions(tmp_path).warnings
    assert warning.code == "IE3864"
    assert "learning: credits of age 4" in warning.message()
