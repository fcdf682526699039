"""Shares that are paid later and what is taken back: `release:` and `clawback:`."""

from __future__ import annotations

import pytest

from incentive_engine import Decision, parse_ruleset
from tests.kinds.deciding import HEADER, MONTHS, Agents, Given, Trial, codes_of, decide, decide_over
from tests.kinds.rewarding import HEADER as REWARDING
from tests.kinds.rewarding import snapshot, told

TOP = """
attributes: {team: {type: text, missing: error}}
metrics:
  fee: {type: money, missing: 0}
  handled: {type: count, missing: 0}
  proposals: {type: count, missing: 0}
  complaints: count
  gone: {type: count, missing: 0}
"""


def rule(fields: str, more: str = "", top: str = "") -> str:
    return f"{TOP}{top}\nrules:\n  - {{id: bonus, kind: bonus, pay: 10 * handled, {fields}}}\n{more}"


def run(rules: str, *months: dict[str, Given] | None) -> Trial:
    """Decide about one agent from January on; None is a month without a snapshot."""
    return decide(
        rules,
        **{
            name: {"A": {"team": "x", "complaints": 0, **facts}}
            for name, facts in zip(MONTHS, months, strict=False)
            if facts is not None
        },
    )


def handled(*counts: int | None) -> list[dict[str, Given] | None]:
    return [None if count is None else {"handled": count} for count in counts]


def finals(trial: Trial, name: str = "bonus") -> list[str]:
    return [str(line.final) for (each, _, _), line in trial.lines.items() if each == name]


def results(trial: Trial, result: str) -> list[str]:
    return [str(value) for value in trial.results("bonus", result)]


class TestSharesThatArePaidLater:
    def test_half_now_and_half_three_months_later(self) -> None:
        trial = run(rule("release: [{share: 50%}, {share: 50%, after: 3 months}]"), *handled(10, 2, 0, 4, 0))

        # 50; 10; nothing; 20 with January's 50; February's 10.
        assert finals(trial) == ["50", "10", "0", "70", "10"]
        assert results(trial, "released") == ["0", "0", "0", "50", "10"]
        # After January 50; 60; 60; 60 - 50 + 20; 30 - 10.
        assert results(trial, "deferred") == ["50", "60", "60", "30", "20"]

    def test_the_shares_add_up_to_the_cent(self) -> None:
        # A third each of 100.01 would be 33.3366..., 33.3366... and 33.3366...: with 33.33 %, 33.33 % and
        # 33.34 % they are 33.333333, 33.333333 and 33.343334; rounded down 33.33 + 33.33 + 33.34 = 100.00,
        # and the cent that is left goes to the largest remainder: .003333, .003333, .003334.
        fields = (
            "release: [{share: 33.33%}, {share: 33.33%, after: 1 month}, {share: 33.34%, after: 2 months}]"
        )
        rules = rule(fields).replace("pay: 10 * handled", "pay: fee")

        assert finals(run(rules, {"fee": "100.01"}, {}, {})) == ["33.33", "33.33", "33.35"]

    def test_everything_may_be_paid_later_and_several_shares_at_once(self) -> None:
        fields = (
            "release: [{share: 30%, after: 1 month}, {share: 30%, after: 1 month},"
            " {share: 40%, after: 2 months}]"
        )

        assert finals(run(rule(fields), *handled(10, 0, 0))) == ["0", "60", "40"]

    def test_a_month_without_a_snapshot_counts_and_what_is_due_in_it_waits(self) -> None:
        trial = run(
            rule("release: [{share: 50%}, {share: 50%, after: 1 month}]"), *handled(10, None, None, 4, 0)
        )

        assert finals(trial) == ["50", "70", "20"]

    def test_a_condition_at_the_end_decides_once(self) -> None:
        fields = "release: [{share: 50%}, {share: 50%, after: 2 months, when: complaints == 0}]"
        trial = run(
            rule(fields),
            {"handled": 10},
            {"handled": 20, "complaints": 9},
            {"complaints": 1},
            {"complaints": 0},
            {},
        )

        # January's 50 lapse in March; February's 100 are paid in April.
        assert finals(trial) == ["50", "100", "0", "100", "0"]
        assert results(trial, "deferred") == ["50", "150", "100", "0", "0"]

    def test_a_condition_that_nobody_knows_leaves_the_line_undetermined_and_the_share_due(self) -> None:
        fields = "release: [{share: 50%}, {share: 50%, after: 1 month, when: complaints == 0}]"
        trial = run(rule(fields), {"handled": 10}, {"complaints": None, "handled": 2}, {}, {})

        assert finals(trial) == ["50", "None", "50", "0"]
        assert trial.line("bonus", period="2026-02").undetermined
        assert not trial.line("bonus", period="2026-03").undetermined

    def test_a_condition_may_come_true_within_a_time_from_the_period_itself_on(self) -> None:
        fields = "release: [{share: 20%}, {share: 80%, within: 2 months, when: proposals >= 3}]"
        late = run(rule(fields), {"handled": 10}, {}, {"proposals": 3}, {"proposals": 3})
        at_once = run(rule(fields), {"handled": 10, "proposals": 3}, {"proposals": 3}, {})
        never = run(rule(fields), {"handled": 10}, {}, {}, {"proposals": 3})

        assert finals(late) == ["20", "0", "80", "0"]
        assert finals(at_once) == ["100", "0", "0"]
        assert finals(never) == ["20", "0", "0", "0"]
        assert results(never, "deferred") == ["80", "80", "0", "0"]

    def test_what_waits_for_a_condition_grows_older_without_a_snapshot_too(self) -> None:
        fields = "release: [{share: 20%}, {share: 80%, within: 2 months, when: proposals >= 3}]"

        assert finals(run(rule(fields), {"handled": 10}, None, None, {"proposals": 3})) == ["20", "0"]
        assert finals(run(rule(fields), {"handled": 10}, None, {"proposals": 3})) == ["20", "80"]

    def test_it_is_paid_whoever_the_rule_applies_to_by_then(self) -> None:
        fields = 'applies_to: team == "x", release: [{share: 50%}, {share: 50%, after: 1 month}]'
        trial = run(rule(fields), {"handled": 10}, {"team": "y", "handled": 9}, {"team": "y"})

        assert finals(trial) == ["50", "50", "0"]

    def test_red_lines_act_on_what_is_earned_and_not_on_what_was_earned_before(self) -> None:
        rules = rule(
            "release: [{share: 50%}, {share: 50%, after: 1 month}]",
            "  - {id: breach, kind: red_line, when: complaints > 0, consequence: {keep: 50%}}\n"
            "  - {id: late, kind: red_line, when: proposals > 0, consequence: {deduct: 20}}",
        )
        # 100 are halved, 20 come off: 30 are left, 15 now and 15 in February, whatever happens by then.
        trial = run(rules, {"handled": 10, "complaints": 1, "proposals": 1}, {"complaints": 1}, {})

        assert finals(trial) == ["15", "15", "0"]

    def test_what_is_held_is_neither_paid_nor_deferred_and_keeps_back_nothing_of_before(self) -> None:
        fields = "hold_when: complaints > 0, release: [{share: 50%}, {share: 50%, after: 1 month}]"
        trial = run(rule(fields), {"handled": 10}, {"handled": 20, "complaints": 1}, {})

        assert finals(trial) == ["50", "50", "0"]
        assert trial.line("bonus", period="2026-02").held

    def test_nobody_knows_what_a_held_line_has_paid_though_what_was_earned_before_is_released(self) -> None:
        rules = rule(
            "hold_when: complaints > 0, release: [{share: 50%}, {share: 50%, after: 1 month}]",
            "  - {id: grand, kind: bonus, pay: 1000, then: [{less_paid: {rules: bonus, per: year}}]}\n"
            "  - {id: double, kind: bonus, pay: 2 * bonus.final}",
        )
        trial = run(rules, {"handled": 10}, {"handled": 20, "complaints": 1}, {})

        # January's other 50 are paid in February. Whether 100 come to them a person decides: until then the
        # year's 1000 would be 1000 - 50 - 50 or 1000 - 50 - 150.
        assert finals(trial) == ["50", "50", "0"]
        assert finals(trial, "grand") == ["950", "None", "None"]
        assert finals(trial, "double") == ["100", "None", "0"]

    def test_what_takes_money_off_does_so_at_once(self) -> None:
        rules = rule("release: [{share: 50%}, {share: 50%, after: 1 month}]").replace("10 *", "0 - 10 *")

        assert finals(run(rules, *handled(10, 0))) == ["-100", "0"]

    def test_a_limit_counts_what_is_earned_and_less_paid_what_is_paid(self) -> None:
        rules = rule(
            "limit: {pay: 150, per: year}, release: [{share: 50%}, {share: 50%, after: 1 month}]",
            "  - {id: grand, kind: bonus, pay: 1000, then: [{less_paid: {rules: bonus, per: year}}]}",
        )
        trial = run(rules, *handled(10, 10, 10))

        # Earned 100, then the 50 that are left of 150, then nothing.
        assert finals(trial) == ["50", "75", "25"]
        assert finals(trial, "grand") == ["950", "875", "850"]

    def test_other_rules_read_what_is_deferred_and_released(self) -> None:
        rules = rule(
            "release: [{share: 50%}, {share: 50%, after: 1 month}]",
            "  - {id: half, kind: bonus, pay: 10% * bonus.deferred + bonus.released}",
        )

        assert finals(run(rules, *handled(10, 0)), "half") == ["5", "50"]

    def test_periods_may_be_counted_as_such(self) -> None:
        agents: Agents = {"A": {"team": "x", "complaints": 0, "handled": 1}}
        days = {"2026-03-01": agents, "2026-03-05": agents}
        rules = rule("release: [{share: 50%}, {share: 50%, after: 1 period}]")

        assert finals(decide_over(rules, "day", days)) == ["5", "10"]

    def test_events_count_one_after_the_other_within_a_limit_of_a_month(self) -> None:
        ruleset = parse_ruleset("""
language: 1
ruleset: events
version: "1"
currency: CNY
period: event
snapshot: {agent: agent, period: at, event: id}
metrics: {value: money, bad: {type: count, missing: 0}}
total: {floor: none}
rules:
  - id: spot
    kind: bonus
    pay: value
    limit: {pay: 300, per: month}
    release: [{share: 50%}, {share: 50%, after: 1 period}]
    clawback: {within: 2 periods, when: bad > 0}
""")
        events = [("01", "a", 200, 0), ("01", "b", 200, 0), ("31", "c", 10, 0)]
        rows = [
            *(
                {"agent": "A", "at": f"2026-03-{day}", "id": key, "value": v, "bad": b}
                for day, key, v, b in events
            ),
            {"agent": "A", "at": "2026-04-01", "id": "d", "value": 250, "bad": 0},
            {"agent": "A", "at": "2026-04-01", "id": "e", "value": 100, "bad": 1},
        ]

        # 100 of 200; 50 of the 100 that are left, and 100; nothing is left, 50; 125 of 250 in a new month;
        # 25 of the 50 that are left, and 125, less the 50 and the 125 of the two events before.
        totals = [str(decision.total) for decision in ruleset.evaluate_all(rows)]
        assert totals == ["100.00", "150.00", "50.00", "125.00", "-25.00"]

    def test_the_nearest_change_is_told_with_what_it_adds_now_and_promises_nothing_beyond_a_limit(
        self,
    ) -> None:
        later = "rules: [{id: bonus, kind: bonus, pay: 100, when: handled >= 9, release: RELEASE}]"
        later = later.replace("RELEASE", "[{share: 30%}, {share: 70%, after: 1 month}]")
        none_left = (
            "rules: [{id: bonus, kind: bonus, pay: 100, when: handled >= 9, limit: {pay: 0, per: month}}]"
        )

        first, second = (
            parse_ruleset(REWARDING + rules).evaluate(snapshot("A", "2026-03", {"handled": 8}), history=[])
            for rules in (later, none_left)
        )

        assert told(first, "bonus")[-1] == (
            "handled 8 -> 9: the condition `handled >= 9`. That adds 30.00 CNY."
        )
        assert "->" not in told(second, "bonus")[-1]

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            (
                "release: [{share: 50%}, {share: 50%, after: 1 month, within: 1 month, when: handled > 1}]",
                "IE3068",
            ),
            ("release: [{share: 50%}, {share: 50%, within: 1 month}]", "IE3069"),
            ("release: [{share: 50%}, {share: 50%, when: handled > 1}]", "IE3069"),
            ("release: [{share: 50%}, {share: complaints / 100, after: 1 month}]", "IE3070"),
            ("release: [{share: 150%}]", "IE3070"),
            ("release: [{share: 50%}, {share: 49.5%, after: 1 month}]", "IE3071"),
            ("clawback: {share: 101%, within: 3 months, when: handled > 1}", "IE3072"),
            ("release: [{share: 50%}, {share: 50%, after: 1 month, when: bonus.final > 1}]", "IE3023"),
            ("clawback: {within: 1 month, when: bonus.taken_back > 0}", "IE3023"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, fields: str, code: str) -> None:
        assert codes_of(rule(fields)) == [code]

    def test_only_money_is_paid_later_or_taken_back(self) -> None:
        fields = "release: [{share: 100%}], clawback: {within: 1 month, when: handled > 1}"
        rules = f"{TOP}\nrules: [{{id: a, kind: red_line, when: handled > 1, consequence: void, {fields}}}]"

        assert codes_of(rules) == ["IE3064", "IE3064"]


CLAWBACK = "clawback: {within: 2 months, when: gone > 0}"
GONE: dict[str, Given] = {"gone": 1}


class TestWhatIsTakenBack:
    def test_all_that_was_paid_within_the_time_is_taken_back_once(self) -> None:
        floor = "\ntotal: {floor: none}"
        trial = run(rule(CLAWBACK, top=floor), *handled(10, 20, 30), GONE, GONE)

        # In April: February's 200 and March's 300; January's 100 are too old. In May nothing is left to take.
        assert finals(trial) == ["100", "200", "300", "-500", "0"]
        assert results(trial, "taken_back") == ["0", "0", "0", "500", "0"]

    def test_a_share_of_each_payment_is_taken_back_once(self) -> None:
        fields = "clawback: {share: 50%, within: 3 months, when: complaints > 0}"
        trial = run(rule(fields), {"handled": 10}, {"handled": 30, "complaints": 1}, {"complaints": 1}, {})

        # 50 of January's 100; then half of the 300 that February gave; January is done.
        assert finals(trial) == ["100", "250", "-150", "0"]

    def test_only_what_was_paid_is_taken_back_and_what_is_deferred_is_cancelled_by_its_own_condition(
        self,
    ) -> None:
        # https://getcentify.featurebase.app/help/articles/3446029-what-are-clawbacks-and-how-to-manage-them:
        # two instalments of 500, the first one paid; on cancellation 500 are taken back and the second one
        # is not paid. Nothing is taken back where nothing was paid.
        fields = (
            "release: [{share: 50%}, {share: 50%, after: 1 month, when: gone == 0}],"
            " clawback: {within: 12 months, when: gone > 0}"
        )
        trial = run(rule(fields), *handled(100), GONE, GONE)

        assert finals(trial) == ["500", "-500", "0"]
        assert finals(run(rule(fields), GONE, GONE)) == ["0", "0"]

    def test_a_payment_that_was_released_later_counts_from_then_on(self) -> None:
        fields = f"release: [{{share: 50%}}, {{share: 50%, after: 2 months}}], {CLAWBACK}"
        trial = run(rule(fields), *handled(10, 0, 0, 0), GONE)

        # 50 in January, 50 in March; in May March's payment is two months old, January's is four.
        assert finals(trial) == ["50", "0", "50", "0", "-50"]

    def test_red_lines_do_not_touch_it(self) -> None:
        rules = rule(CLAWBACK, "  - {id: breach, kind: red_line, when: complaints > 0, consequence: void}")
        trial = run(rules, {"handled": 10}, {"handled": 5, "complaints": 1, **GONE})

        assert finals(trial) == ["100", "-100"]

    def test_it_is_taken_back_from_those_to_whom_the_rule_no_longer_applies_and_from_what_is_held(
        self,
    ) -> None:
        moved = run(rule(f'applies_to: team == "x", {CLAWBACK}'), {"handled": 10}, {"team": "y", **GONE})
        held = run(rule(f"hold_when: complaints > 0, {CLAWBACK}"), {"handled": 10}, {"complaints": 1, **GONE})

        assert finals(moved) == ["100", "-100"]
        assert finals(held) == ["100", "-100"]
        assert held.line("bonus", period="2026-02").held

    def test_where_nobody_knows_whether_it_is_taken_back_the_line_is_undetermined(self) -> None:
        fields = "clawback: {within: 2 months, when: complaints > 0}"
        trial = run(rule(fields), {"handled": 10}, {"handled": 5, "complaints": None}, {"complaints": 1})

        # February pays nothing, so that in March there is only January's payment.
        assert finals(trial) == ["100", "None", "-100"]
        assert not run(rule(fields), {"complaints": None}).line("bonus").undetermined

    def test_a_month_without_a_snapshot_makes_payments_older(self) -> None:
        trial = run(rule(CLAWBACK), *handled(10, None), None, GONE)

        assert finals(trial) == ["100", "0"]

    def test_months_in_quarters_and_a_rule_with_a_period_of_its_own(self) -> None:
        fields = (
            "period: quarter, release: [{share: 50%}, {share: 50%, after: 1 quarter}],"
            " clawback: {within: 2 quarters, when: complaints > 0}"
        )
        trial = run(rule(fields), *handled(1, 2, 3, 4, 5, 6, 0, 0), {"complaints": 1})

        # March: 60, half of it; June: 150, half of it with 30 of March; September: 75 of June, and back go
        # March's 30 and June's 75 + 30.
        assert finals(trial) == ["0", "0", "30", "0", "0", "105", "0", "0", "-60"]


class TestTheFloorOfTheTotal:
    @staticmethod
    def _decisions(total: str) -> list[Decision]:
        rules = rule(CLAWBACK, f"  - {{id: other, kind: bonus, pay: fee}}\ntotal: {total}")
        ruleset = parse_ruleset(HEADER + rules)
        row = {"agent": "A", "team": "x", "gone": 0, "handled": 0, "proposals": 0, "complaints": 0}
        gone = {"gone": 1}
        rows = [
            {**row, "month": "2026-01", "handled": 30, "fee": 0},
            {**row, "month": "2026-02", "fee": 100, **gone},
            {**row, "month": "2026-03", "fee": 50, **gone},
            {**row, "month": "2026-04", "fee": 500, **gone},
            {**row, "month": "2026-05", "fee": 500, **gone},
        ]
        return list(ruleset.evaluate_all(rows))

    def test_without_carry_rest_what_it_puts_back_is_forgotten(self) -> None:
        # 300 are taken from 100: the floor puts 200 back.
        decisions = self._decisions("{floor: 0}")

        assert [str(each.total) for each in decisions] == ["300.00", "0.00", "50.00", "500.00", "500.00"]
        assert str(decisions[1].floor_added) == "200.00"

    def test_with_carry_rest_it_is_taken_from_the_next_periods(self) -> None:
        # 300 - 100 = 200 wait; 200 - 50 = 150 wait; 500 - 150.
        decisions = self._decisions("{floor: 0, carry_rest: yes}")

        assert [str(each.total) for each in decisions] == ["300.00", "0.00", "0.00", "350.00", "500.00"]
        assert [str(each.line("bonus").final) for each in decisions[1:4]] == ["-300.00", "-200.00", "-150.00"]
        assert "200.00 CNY that could not be taken back before is taken now." in decisions[2].explain().text()

    def test_a_guaranteed_total_is_no_money_to_take_from(self) -> None:
        # 40 are guaranteed: of 100 only 60 can be taken; then 50 - 40 = 10, and so 300 - 60 - 10 wait.
        decisions = self._decisions("{floor: 40, carry_rest: yes}")

        assert [str(each.total) for each in decisions] == ["300.00", "40.00", "40.00", "270.00", "500.00"]

    @pytest.mark.parametrize(
        ("total", "grand"),
        [
            # 300 are paid in January and taken back: 100 in February, 50 in March, 150 in April.
            ("{floor: 0, carry_rest: yes}", "1000"),
            # 100 of them are taken in February, and the 200 that the floor puts back are forgotten.
            ("{floor: 0}", "800"),
            ("{floor: none}", "1000"),
        ],
    )
    def test_what_the_floor_puts_back_still_counts_as_paid(self, total: str, grand: str) -> None:
        more = f"""
  - {{id: other, kind: bonus, pay: fee}}
  - id: grand
    kind: bonus
    when: proposals > 0
    pay: 1000
    then: [{{less_paid: {{rules: bonus, per: year}}}}]
total: {total}
"""
        gone = {"gone": 1}
        trial = run(
            rule(CLAWBACK, more),
            {"handled": 30},
            {"fee": 100, **gone},
            {"fee": 50, **gone},
            {"fee": 500, **gone},
            {"proposals": 1},
        )

        assert finals(trial, "grand") == ["0", "0", "0", "0", grand]

    def test_what_cannot_be_judged_takes_no_part_of_what_the_floor_puts_back(self) -> None:
        more = """
  - id: first
    kind: bonus
    pay: fee
    release: [{share: 50%}, {share: 50%, after: 1 month, when: complaints == 0}]
    clawback: {when: gone > 0, within: 6 months}
  - {id: second, kind: bonus, pay: 2 * fee, clawback: {when: gone > 0, within: 6 months}}
total: {floor: 0, carry_rest: yes}
"""
        trial = run(
            rule("tags: [none]", more),
            {"fee": 100},
            {"gone": 1, "complaints": None},
            {"handled": 100, "gone": 0},
        )

        # January pays 50 + 200. In February nobody knows whether 50 more are paid, so that of `first` nothing
        # moves; the 200 of `second` are put back by the floor and taken in March.
        assert finals(trial, "first") == ["50", "None", "50"]
        assert [str(each) for each in trial.results("first", "taken_back")] == ["0", "None", "0"]
        assert finals(trial, "second") == ["200", "-200", "-200"]

    def test_without_a_floor_it_is_taken_at_once(self) -> None:
        decisions = self._decisions("{floor: none, carry_rest: yes}")

        assert [str(each.total) for each in decisions] == ["300.00", "-200.00", "50.00", "500.00", "500.00"]


TRAINING = """
attributes: {team: text, left: {type: date, missing: never}}
metrics: {fee: {type: money, missing: 0}, proposals: {type: count, missing: 0}}
rules:
  - id: training
    kind: bonus
    title: {en: External training, zh: 外部培训补贴}
    applies_to: team == "chat"
    pay: 50% * fee
    then: [{cap: 3000}]
    release: [{share: 20%}, {share: 80%, within: 3 months, when: ytd(proposals) >= 3}]
    clawback: {share: 100%, within: 12 months, when: left <= period_end}
"""


class TestWhatIsTold:
    """External training: a share of the fee up to a ceiling, most of it paid once it has borne fruit."""

    @staticmethod
    def _decisions(*rows: tuple[str, str, str, int, str]) -> list[Decision]:
        names = ("month", "team", "fee", "proposals", "left")
        return list(
            parse_ruleset(HEADER + TRAINING).evaluate_all(
                {"agent": "A", **dict(zip(names, row, strict=True))} for row in rows
            )
        )

    def test_what_is_paid_now_and_what_follows(self) -> None:
        first, second, third, fourth = self._decisions(
            ("2026-01", "chat", "8000", 0, ""),
            ("2026-02", "chat", "0", 1, ""),
            ("2026-03", "phone", "0", 2, ""),
            ("2026-04", "phone", "0", 0, "2026-04-30"),
        )

        # 50 % of 8000 is 4000, of which 3000 are left: 600 now, 2400 later.
        assert [str(each.total) for each in (first, second, third, fourth)] == [
            "600.00",
            "0.00",
            "2400.00",
            "0.00",
        ]
        text = first.explain().text()
        assert "600.00 CNY of 3,000.00 CNY is paid now:" in text
        assert "2,400.00 CNY is paid as soon as `ytd(proposals) >= 3` holds, within `3 months`." in text
        assert "Still deferred: 2,400.00 CNY." in text
        assert "3,000.00 元 中现在发放 600.00 元：" in first.explain("zh").text()
        assert "2,400.00 元 在 3 个月内一旦满足 `ytd(proposals) >= 3` 即发放。" in first.explain("zh").text()
        assert "尚未发放：2,400.00 元。" in second.explain("zh").text()
        assert first.line("training").outcome == "paid"
        assert str(first.line("training").results["deferred"]) == "2400"
        assert second.line("training").outcome == "nothing"

    def test_what_is_left_for_those_to_whom_it_no_longer_applies(self) -> None:
        *_, third, fourth = self._decisions(
            ("2026-01", "chat", "8000", 0, ""),
            ("2026-02", "chat", "0", 1, ""),
            ("2026-03", "phone", "0", 2, ""),
            ("2026-04", "phone", "0", 0, "2026-04-30"),
        )

        line = third.line("training")
        assert (line.outcome, str(line.amount), str(line.final)) == ("paid", "0.00", "2400.00")
        assert set(line.results) == {"released", "deferred", "taken_back"}
        assert third.explain().text().split("\n\n")[1].splitlines() == [
            "External training: 2,400.00 CNY",
            "  This rule does not apply now; what it gave before does.",
            "  2,400.00 CNY of what was deferred is paid now.",
            "    `ytd(proposals) >= 3` is true.",
            "      proposals is 2.",
            "      `ytd(proposals)` = 3.",
        ]
        assert third.nearest("training") == ()
        assert fourth.line("training").outcome == "deducted"
        assert str(fourth.floor_added) == "3000.00"
        assert (
            "3,000.00 CNY is taken back: 100% of 3,000.00 CNY that was paid within `12 months`."
            in fourth.explain().text()
        )
        assert "追回 3,000.00 元：12 个月内已发放 3,000.00 元 的 100%。" in fourth.explain("zh").text()

    def test_those_who_have_nothing_to_expect_have_no_line(self) -> None:
        (decision,) = self._decisions(("2026-01", "phone", "8000", 0, ""))

        assert decision.lines == ()
        assert decision.status == "ineligible"

    def test_what_lapses_and_what_nobody_knows(self) -> None:
        *_, march, april = self._decisions(
            ("2026-01", "chat", "8000", 0, ""),
            ("2026-03", "chat", "0", 1, ""),
            ("2026-04", "chat", "0", 1, ""),
        )

        # Without a row for February the year to date is unknown.
        assert march.line("training").outcome == "undetermined"
        assert "Whether what was deferred is paid now is not known." in march.explain().text()
        assert april.status == "incomplete"
        lapsed = self._decisions(
            *((f"2026-0{month}", "chat", "8000" if month == 1 else "0", 0, "") for month in range(1, 6))
        )
        assert "2,400.00 CNY lapses: its condition was not met (`3 months`)." in lapsed[3].explain().text()
        assert str(lapsed[4].line("training").results["deferred"]) == "0"
