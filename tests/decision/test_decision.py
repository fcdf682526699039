"""A decision says what is paid, whether it can be paid, and everything that it was made from."""

from __future__ import annotations

import gc
import hashlib
import json
from decimal import Decimal, localcontext

import pytest

from incentive_engine.decision.decision import Decision, RulesetIdentity, engine_version
from incentive_engine.evaluate.periods import Evaluator
from incentive_engine.ruleset.period import Cadence, parse_period
from tests.decision.deciding import HEADER, Given, among, decide, decide_all, policy_of

RULES = """
attributes: {team: text, certified: boolean, hired: date}
metrics:
  calls: {type: count, missing: 0}
  csat: {type: ratio, enough: surveys >= 20}
  surveys: count
  breaches: count
rules:
  - {id: volume, kind: bonus, pay: 2.25 * calls, applies_to: certified}
  - {id: quality, kind: bonus, pay: 100 * csat, applies_to: certified}
  - id: privacy
    kind: red_line
    applies_to: certified
    when: breaches > 0
    consequence: hold
    affects: quality
"""
GOOD: dict[str, Given] = {
    "team": "华东",
    "certified": True,
    "hired": "2024-01-05",
    "calls": 10,
    "csat": "0.91",
    "surveys": 20,
    "breaches": 0,
}


def decided(**data: Given) -> Decision:
    return decide(RULES, **(GOOD | data))


def test_the_total_is_the_sum_of_the_lines_with_all_places_of_the_currency() -> None:
    # 2.25 * 10 + 100 * 0.91 = 22.50 + 91.00
    assert str(decided().total) == "113.50"
    assert decided().currency == "CNY"


def test_the_total_does_not_depend_on_the_decimal_context() -> None:
    with localcontext(prec=2):
        assert str(decided().total) == "113.50"


def test_a_currency_without_minor_units_has_amounts_without_places() -> None:
    rules = "metrics: {calls: count}\nrules: [{id: volume, kind: bonus, pay: 1.5 * calls}]"

    # 1.5 * 3 = 4.5, half up
    assert str(decide(HEADER.replace("CNY", "JPY") + rules, calls=3).total) == "5"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, "final"),
        ({"surveys": 19}, "incomplete"),
        ({"csat": None}, "incomplete"),
        ({"breaches": 1}, "held"),
        ({"breaches": None}, "held"),
        ({"certified": False}, "ineligible"),
        ({"certified": None}, "incomplete"),
    ],
)
def test_the_status_says_whether_it_can_be_paid(data: dict[str, Given], status: str) -> None:
    assert decided(**data).status == status


def test_held_outranks_incomplete() -> None:
    # The unknown red line holds one line, and the unknown metric leaves the other one undetermined.
    rules = RULES.replace("pay: 2.25 * calls", "pay: 100 * csat")

    found = decide(rules, **(GOOD | {"csat": None, "breaches": 1}))

    assert [line.outcome for line in found.lines] == ["undetermined", "held", "broken"]
    assert found.status == "held"


def test_what_is_unknown_is_left_out_of_the_total_and_never_counts_as_nothing() -> None:
    found = decided(csat=None)

    assert found.total == Decimal("22.50")
    assert found.line("quality").final is None


def test_a_floor_of_the_total_shows_what_it_added() -> None:
    rules = "metrics: {calls: count}\nrules: [{id: fine, kind: bonus, pay: 0 - 5 * calls}]"

    found = decide(rules, calls=3)

    assert (found.total, found.floor_added) == (Decimal("0.00"), Decimal("15.00"))


def test_notes_say_what_was_rounded_taken_missing_or_too_little() -> None:
    found = decided(csat="0.91346", surveys=19, calls=None, breaches=None)

    assert [(note.code, note.field) for note in found.notes] == [
        ("IE4103", "calls"),
        ("IE4101", "csat"),
        ("IE4104", "csat"),
        ("IE4102", "breaches"),
    ]
    assert [note.message() for note in found.notes] == [
        "calls was empty and counts as 0, as the ruleset says",
        "csat arrived as 0.91346 and was rounded to 0.9135",
        "csat does not count, because `surveys >= 20` is not true",
        "breaches is missing, and what depends on it is unknown",
    ]
    assert found.notes[1].to_dict("zh") == {
        "code": "IE4101",
        "field": "csat",
        "given": "0.91346",
        "used": "0.9135",
        "message": "csat 的原始数据为 0.91346，已取为 0.9135",
    }


def test_good_data_has_no_notes() -> None:
    assert decided().notes == ()


def test_the_facts_are_exact_and_typed_and_name_all_that_was_read() -> None:
    facts = decided(csat="0.91346", breaches=None).facts

    assert (facts.agent, facts.period) == ("A1", "2026-03")
    assert facts.snapshot == {
        "team": "华东",
        "hired": "2024-01-05",
        "certified": True,
        "calls": "10",
        "csat": "0.9135",
        "surveys": "20",
        "breaches": None,
    }
    assert (facts.peers, facts.history) == ((), {})


def test_the_hash_of_the_facts_is_that_of_their_canonical_json() -> None:
    # Keys are sorted and nothing stands between the parts, so that any program can make the same text.
    facts = decide(
        "metrics: {b: count, a: count}\nrules: [{id: it, kind: bonus, pay: a + b}]", a=1, b=2
    ).facts

    text = '{"agent":"A1","history":{},"peers":[],"period":"2026-03","snapshot":{"a":"1","b":"2"}}'
    assert facts.digest == hashlib.sha256(text.encode()).hexdigest()


HISTORY = """
attributes: {team: text}
metrics: {calls: count}
rules:
  - {id: rising, kind: bonus, pay: 10 * rise(calls)}
  - {id: share, kind: bonus, pay: calls * 100 / group_sum(calls)}
"""


def test_the_facts_have_the_results_over_peers_and_what_earlier_periods_left() -> None:
    found = decide_all(
        HISTORY,
        {
            "2026-02": {"ann": {"team": "A", "calls": 10}},
            "2026-03": {"ann": {"team": "A", "calls": 30}, "bob": {"team": "A", "calls": 50}},
        },
    )["2026-03", "ann"]

    # The group's sum is 30 + 50, the calls of the month before were 10.
    assert found.facts.peers == ("80",)
    assert list(found.facts.history.values()) == ["10"]
    # 10 * (30 - 10), and 30 * 100 / 80 = 37.5
    assert [line.final for line in found.lines] == [Decimal("200.00"), Decimal("37.50")]


def test_decisions_are_equal_where_ruleset_and_facts_are_whichever_object_they_came_from() -> None:
    assert decided() == decided()
    assert hash(decided()) == hash(decided())
    assert len({decided(), decided(), decided(calls=11)}) == 2


@pytest.mark.parametrize("data", [{"calls": 11}, {"breaches": None}, {"csat": "0.92"}])
def test_decisions_on_other_facts_are_not_equal(data: dict[str, Given]) -> None:
    assert decided() != decided(**data)


def test_decisions_by_another_ruleset_are_not_equal_even_if_they_pay_the_same() -> None:
    assert decided() != decide(RULES + "# a remark\n", **GOOD)
    assert decided() != "decision"


def test_a_peer_that_changes_a_result_makes_another_decision() -> None:
    rules = "metrics: {calls: count}\nrules: [{id: share, kind: bonus, pay: calls * 100 / group_sum(calls)}]"

    one = among(rules, ann={"calls": 30}, bob={"calls": 50})["ann"]
    other = among(rules, ann={"calls": 30}, bob={"calls": 60})["ann"]

    assert one != other


def test_a_decision_cannot_be_changed() -> None:
    found = decided()

    with pytest.raises(AttributeError):
        found.total = Decimal(1_000_000)  # type: ignore[misc] # that it cannot be set is what is tested


def test_a_decision_names_ruleset_engine_and_language() -> None:
    found = decided()

    content_hash = hashlib.sha256((HEADER + RULES).encode()).hexdigest()
    assert found.ruleset == RulesetIdentity("trial", "2026.1", content_hash)
    assert found.language_version == "1"
    assert engine_version().count(".") >= 2


def test_a_decision_as_json_holds_everything_and_no_floats() -> None:
    found = decided(csat="0.91346")

    read = json.loads(found.to_json("zh"), parse_float=pytest.fail)

    assert list(read) == [
        "agent",
        "period",
        "status",
        "currency",
        "total",
        "floor_added",
        "lines",
        "notes",
        "ruleset",
        "facts",
        "facts_hash",
        "engine_version",
        "language_version",
    ]
    # 22.50 + 100 * 0.9135
    assert (read["total"], read["floor_added"], read["status"]) == ("113.85", "0.00", "final")
    assert [line["rule"] for line in read["lines"]] == ["volume", "quality", "privacy"]
    assert read["facts_hash"] == found.facts.digest
    assert read["notes"][0]["message"] == "csat 的原始数据为 0.91346，已取为 0.9135"


def test_a_decision_shows_itself_in_one_line() -> None:
    assert repr(decided()) == "<Decision A1 2026-03: 113.50 CNY, final>"


def test_a_kept_decision_costs_the_garbage_collector_two_objects() -> None:
    # With eager lines and steps, 200,000 kept decisions took ten times as long, all of it garbage collection.
    policy = policy_of("metrics: {calls: count}\nrules: [{id: volume, kind: bonus, pay: 2 * calls}]")
    evaluator = Evaluator(policy.program, policy.watched())
    march = parse_period("2026-03", Cadence.MONTH)
    evaluator.evaluate_one(march, (0,))
    gc.collect()
    before = len(gc.get_objects())

    kept = [Decision(policy, evaluator.evaluate_one(march, (calls,)), "A1", march) for calls in range(1000)]

    gc.collect()  # Which stops tracking tuples of numbers.
    assert len(gc.get_objects()) - before <= 2 * len(kept) + 100
