"""Stored decisions made again: what is the same, what is not, and what is owed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from incentive_engine import Recomputation, RecomputeError, parse_ruleset, read_decisions, recompute
from incentive_engine.check import recompute as recomputing
from incentive_engine.check.stored import stored

POLICY = """\
language: 1
ruleset: praise
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
attributes: {team: text}
metrics:
  thanks: count
  csat: {type: ratio, better: higher}
rules:
  - {id: thanks_bonus, kind: bonus, title: {en: Thanks, zh: 感谢}, pay: 10 * thanks}
  - {id: quality, kind: bonus, when: csat >= 90%, pay: 100}
"""
ROWS = [
    {"agent": "A1", "month": "2026-03", "team": "x", "thanks": 3, "csat": "91%"},
    {"agent": "A2", "month": "2026-03", "team": "x", "thanks": 5, "csat": "88%"},
]
RULESET = parse_ruleset(POLICY)
DECISIONS = [made.to_dict() for made in RULESET.evaluate_all(ROWS)]

Content = dict[str, object]


def again(
    policy: str = POLICY,
    rows: list[dict[str, object]] | None = None,
    decisions: list[Mapping[str, object]] | None = None,
) -> Recomputation:
    given: list[Mapping[str, object]] = [*DECISIONS] if decisions is None else decisions
    return recompute(given, parse_ruleset(policy), [*ROWS] if rows is None else rows)


def told(found: Recomputation) -> list[tuple[str, str, tuple[str, ...], str]]:
    return [(each.before.agent, each.verdict, each.reasons, str(each.owed)) for each in found.checked]


def changed(change: Callable[[Content], None]) -> list[Mapping[str, object]]:
    """Return the stored decisions with the first one changed."""
    first: Content = json.loads(json.dumps(DECISIONS[0]))
    change(first)
    return [first, DECISIONS[1]]


def test_the_same_ruleset_and_data_give_the_same_decisions() -> None:
    found = again()

    assert told(found) == [("A1", "same", (), "0.00"), ("A2", "same", (), "0.00")]
    assert found.is_fine
    assert (found.owed, found.owed_by_agent, found.others) == (Decimal("0.00"), {}, 0)


def test_decisions_are_taken_as_they_are_made_and_in_either_language() -> None:
    made = RULESET.evaluate_all(ROWS)
    assert recompute(made, RULESET, ROWS).is_fine
    chinese = [each.to_dict("zh") for each in made]
    assert chinese != DECISIONS
    assert [each.verdict for each in recompute(chinese, RULESET, ROWS).checked] == ["same", "same"]


def test_another_text_with_the_same_result_is_said_and_is_fine() -> None:
    found = again(POLICY + "# a remark\n")

    assert told(found) == [
        ("A1", "same_result", ("ruleset",), "0.00"),
        ("A2", "same_result", ("ruleset",), "0.00"),
    ]
    assert found.is_fine


def test_a_rule_that_is_changed_backwards_shows_what_is_owed() -> None:
    found = again(POLICY.replace("10 * thanks", "12 * thanks"))

    # 2 more for each of 3 and of 5 thanks
    assert [each.owed for each in found.checked] == [Decimal("6.00"), Decimal("10.00")]
    assert found.owed == Decimal("16.00")
    assert found.owed_by_agent == {"A1": Decimal("6.00"), "A2": Decimal("10.00")}
    (line,) = found.checked[0].lines
    assert (line.rule, line.paid, line.pays) == ("thanks_bonus", "30.00", "36.00")
    assert not found.is_fine


def test_what_was_paid_too_much_is_owed_below_zero() -> None:
    found = again(POLICY.replace("10 * thanks", "1 * thanks"))
    # 9 less for each of 3 + 5 thanks
    assert found.owed == Decimal("-72.00")


def test_facts_that_changed_are_named() -> None:
    rows: list[dict[str, object]] = [{**ROWS[0], "thanks": 4}, {**ROWS[1], "team": "y", "csat": "87%"}]
    found = again(rows=rows)

    assert told(found) == [("A1", "differs", ("facts",), "10.00"), ("A2", "same_result", ("facts",), "0.00")]
    assert [each.facts for each in found.checked] == [("thanks",), ("csat", "team")]


def test_facts_of_others_are_not_the_agents_own() -> None:
    policy = POLICY.replace("10 * thanks", "10 * group_sum(thanks)")
    before = [made.to_dict() for made in parse_ruleset(policy).evaluate_all(ROWS)]
    found = again(policy, [ROWS[0], {**ROWS[1], "thanks": 6}], [*before])

    assert [each.facts for each in found.checked] == [(), ("thanks",)]
    assert [each.reasons for each in found.checked] == [("facts",), ("facts",)]


def test_a_rule_that_is_new_or_gone_is_a_line_on_one_side_only() -> None:
    found = again(POLICY.replace("id: quality", "id: service"))
    lines = {line.rule: (line.before, line.after) for line in found.checked[0].lines}
    assert lines == {"quality": ("paid", None), "service": (None, "paid")}


def test_a_row_that_is_gone_or_wrong_leaves_the_decision_missing() -> None:
    found = again(rows=[{**ROWS[0], "thanks": "many"}])

    assert [(each.verdict, each.owed, each.is_fine) for each in found.checked] == [
        ("missing", None, False),
        ("missing", None, False),
    ]
    assert [each.problem.code for each in found.rejected] == ["IE4041"] or len(found.rejected) == 1
    assert found.owed == Decimal(0)


def test_what_is_decided_now_and_was_not_stored_is_counted_only() -> None:
    found = again(decisions=[DECISIONS[1]])
    assert (found.others, found.owed, found.is_fine) == (1, Decimal("0.00"), True)


def test_another_version_of_the_engine_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    older = changed(lambda content: content.update(engine_version="0.0.9"))
    found = again(decisions=older)
    assert told(found)[0] == ("A1", "same_result", ("engine",), "0.00")
    assert found.is_fine
    monkeypatch.setattr(recomputing, "engine_version", lambda: "0.0.9")
    assert again(decisions=older[:1]).checked[0].reasons == ("altered",)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"total": "131.00"}, "differs"),
        ({"status": "held"}, "differs"),
        ({"notes": [{"code": "IE4102"}]}, "same_result"),
        ({"facts": {}}, "same_result"),
        ({"facts": None, "lines": None}, "differs"),
        ({"facts": {"snapshot": None}, "lines": ["?"]}, "differs"),
    ],
)
def test_a_decision_that_somebody_has_altered_is_found_out(change: Content, verdict: str) -> None:
    found = again(decisions=changed(lambda content: content.update(change)))

    assert (found.checked[0].verdict, found.checked[0].reasons) == (verdict, ("altered",))
    assert not found.is_fine


def test_an_altered_decision_without_a_row_is_found_out_too() -> None:
    found = again(decisions=changed(lambda content: content.update(facts={})), rows=[ROWS[1]])
    assert (found.checked[0].verdict, found.checked[0].reasons) == ("missing", ("altered",))


def test_other_results_of_a_rule_without_money_are_a_change_of_its_line() -> None:
    policy = """\
language: 1
ruleset: scores
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
metrics: {csat: {type: ratio, better: higher}}
rules:
  - id: card
    kind: scorecard
    perspectives:
      service: {weight: 100%, measures: [{metric: csat, weight: 100%, zero_at: 0%, full_at: 100%}]}
"""
    before = [made.to_dict() for made in parse_ruleset(policy).evaluate_all(ROWS)]
    found = again(policy.replace("full_at: 100%", "full_at: 95%"), decisions=[*before])
    (line,) = found.checked[0].lines
    assert (line.before, line.after, line.paid, line.pays) == ("scored", "scored", None, None)


def test_all_of_it_is_there_for_json() -> None:
    found = again(POLICY.replace("10 * thanks", "12 * thanks"), rows=[ROWS[0]])
    data = json.loads(json.dumps(found.to_dict()))

    assert (data["same"], data["currency"], data["owed"]) == (False, "CNY", "6.00")
    assert data["owed_by_agent"] == {"A1": "6.00"}
    assert data["verdicts"] == {"same": 0, "same_result": 0, "differs": 1, "missing": 1}
    first, second = data["decisions"]
    assert (first["verdict"], first["stored_total"], first["total"]) == ("differs", "130.00", "136.00")
    assert first["lines"] == [
        {"rule": "thanks_bonus", "before": "paid", "after": "paid", "paid": "30.00", "pays": "36.00"}
    ]
    assert (second["total"], second["owed"], second["ruleset"]) == (None, None, None)


def test_events_are_told_apart() -> None:
    policy = POLICY.replace("period: month\n", "period: event\n").replace("month}", "month, event: case}")
    rows: list[dict[str, object]] = [
        {**ROWS[0], "month": "2026-03-08", "case": "C1"},
        {**ROWS[0], "month": "2026-03-08", "case": "C2", "thanks": 7},
    ]
    before = [made.to_dict() for made in parse_ruleset(policy).evaluate_all(rows)]
    found = again(policy, [rows[0], {**rows[1], "thanks": 8}], [*before])

    assert [(each.before.event, each.verdict) for each in found.checked] == [
        ("C1", "same"),
        ("C2", "differs"),
    ]
    assert found.checked[1].to_dict()["event"] == "C2"


# --- What cannot be made again


def codes(decisions: list[Mapping[str, object]]) -> list[str]:
    with pytest.raises(RecomputeError) as caught:
        recompute(decisions, RULESET, ROWS)
    return [problem.code for problem in caught.value.problems]


def test_what_is_no_decision_is_refused() -> None:
    assert codes([]) == ["IE5053"]
    assert codes([{}, DECISIONS[0], {}]) == ["IE5051"]
    (problem,) = stored([DECISIONS[0], {}, {}]).problems
    assert "2 of the items, first item 2;" in problem.message()
    assert codes(changed(lambda content: content.update(total="many"))) == ["IE5051"]
    assert codes(changed(lambda content: content.update(total=5))) == ["IE5051"]
    assert codes(changed(lambda content: content.update(ruleset="praise"))) == ["IE5051"]
    assert codes([DECISIONS[0], DECISIONS[0]]) == ["IE5052"]
    assert [problem.code for problem in stored(["A1"]).problems] == ["IE5051"]


def test_decisions_in_another_currency_cannot_be_compared() -> None:
    dollars = parse_ruleset(POLICY.replace("CNY", "USD"))
    with pytest.raises(RecomputeError, match="`A1` for 2026-03 is in CNY, and the ruleset pays in USD"):
        recompute(DECISIONS, dollars, ROWS)


# --- Files


def test_decisions_are_read_as_they_are_written(tmp_path: Path) -> None:
    file = tmp_path / "decided.json"
    forms = [
        json.dumps({"ruleset": {}, "decisions": DECISIONS}, indent=2),
        json.dumps(DECISIONS),
        "\n".join(json.dumps(decision) for decision in DECISIONS) + "\n\n",
    ]
    for text in forms:
        file.write_text(text, encoding="utf-8")
        assert [each.agent for each in read_decisions(file).decisions] == ["A1", "A2"]
    file.write_text(json.dumps(DECISIONS[0]), encoding="utf-8")
    assert recompute(read_decisions(file), RULESET, ROWS).count("same") == 1


def test_decisions_are_read_as_the_library_writes_them(tmp_path: Path) -> None:
    made = RULESET.evaluate_all(ROWS)
    file = tmp_path / "decided.json"
    for text in (made.to_json(), "\n".join(made.json_lines("zh"))):
        file.write_text(text, encoding="utf-8")
        assert recompute(read_decisions(file), RULESET, ROWS).count("same") == 2


def test_what_is_wrong_with_a_file_is_said(tmp_path: Path) -> None:
    def code(path: Path) -> list[str]:
        return [problem.code for problem in read_decisions(path).problems]

    file = tmp_path / "decided.json"
    assert code(file) == ["IE1001"]
    file.write_bytes(b"\xff\xfe\x00")
    assert code(file) == ["IE1002"]
    file.write_text("agent;total", encoding="utf-8")
    assert code(file) == ["IE5050"]
    file.write_text("[" * 100_000, encoding="utf-8")
    assert code(file) == ["IE5050"]
    file.write_text("[]", encoding="utf-8")
    assert code(file) == ["IE5053"]
