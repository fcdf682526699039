"""What is unknown stays unknown beyond money, too: prizes, places and recognition."""

from __future__ import annotations

from incentive_engine import Decisions, parse_ruleset

HEAD = """
language: 1
ruleset: small
version: "1"
currency: CNY
period: month
snapshot: {agent: agent, period: month}
metrics:
  handled: count
  hours: count
  breaches: count
rules:
"""
STAR = """
  - id: star
    kind: star_award
    when: breaches == 0
    rank_by: [{highest: handled}]
    ties: share_prizes
    prizes: [{pay: 500, recognise: commendation}]
"""
LEARNING = """
  - id: learning
    kind: growth_credit
    earn: [{credits: 100, per: hours}]
    expires_after: 3 months
    redeem: {pay: 1, when: handled > 900}
    recognise: [{at: 100, name: learner}]
"""
VOID = """
  - {id: privacy, kind: red_line, when: breaches > 0, consequence: void}
"""


def decided(rules: str, *rows: dict[str, object]) -> Decisions:
    found = parse_ruleset(HEAD + rules).evaluate_all(rows)
    assert found.rejected == ()
    return found


def row(agent: str, month: str, handled: int, hours: int | None, breaches: int | None) -> dict[str, object]:
    return {"agent": agent, "month": month, "handled": handled, "hours": hours, "breaches": breaches}


def test_of_an_agent_who_may_not_be_eligible_nobody_knows_whether_it_wins() -> None:
    # A would be before B, but whether A may compete is unknown.
    found = decided(STAR, row("A", "2026-01", 400, 0, None), row("B", "2026-01", 300, 0, 0))
    unsure, winner = (found.of(agent, "2026-01").line("star") for agent in ("A", "B"))
    assert (unsure.outcome, unsure.results["wins"], unsure.final) == ("undetermined", None, None)
    assert (winner.outcome, winner.results["wins"], str(winner.final)) == ("paid", True, "500.00")


def test_credits_of_earlier_months_are_redeemed_but_not_recognised_in_a_month_that_is_void() -> None:
    # January earns 100 credits. February has a breach: nothing is earned or recognised. The 100 of January
    # were earned before, and are paid.
    found = decided(LEARNING + VOID, row("A", "2026-01", 1, 1, 0), row("A", "2026-02", 901, 1, 1))
    january, february = (found.of("A", month).line("learning") for month in ("2026-01", "2026-02"))
    assert [name.en for name in january.recognitions] == ["learner"]
    assert (str(february.credits), str(february.final), february.recognitions) == ("0.00", "100.00", ())


def test_a_decision_waits_for_a_recognition_that_hangs_on_an_unknown_balance() -> None:
    # Nobody knows the hours of January, so nobody knows February's balance, which is recognised from 100 on.
    found = decided(LEARNING, row("A", "2026-01", 1, None, 0), row("A", "2026-02", 1, 0, 0))
    february = found.of("A", "2026-02")
    assert (february.status, february.line("learning").outcome) == ("incomplete", "undetermined")
    # In April the hours of January count no more.
    later = decided(LEARNING, row("A", "2026-01", 1, None, 0), row("A", "2026-04", 1, 0, 0)).of(
        "A", "2026-04"
    )
    assert (later.status, later.line("learning").outcome) == ("final", "nothing")
