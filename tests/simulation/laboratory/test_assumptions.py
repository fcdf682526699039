"""How people are assumed to work: exact, within what metrics can be, and drawn alike on every machine."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from incentive_engine.compile.policy import InputField
from incentive_engine.graph.rounding import Rounding
from incentive_engine.language.types import COUNT, Type
from incentive_engine.ruleset.fields import Title
from incentive_engine.simulation.laboratory.behaviour import Assumption, Draws
from tests.simulation.laboratory.trying import HEADER, POLICY, costs, problems, said, scenario, tried

SAME = "proposals: [{id: same}]\n"
RATE = "{id: rate, changes: {rules.volume.tiers.top.rate: 3}%s}"


class TestWhatMetricsBecome:
    def test_a_formula_says_what_a_metric_becomes(self, tmp_path: Path) -> None:
        # Ann's 85 % in February become 90 %, which pays 100 more. Nobody else crosses the 90 %.
        found = tried(tmp_path, SAME + "assumptions: {csat: csat + 5%}")

        assert costs(found) == [("same", Decimal(1130))]

    def test_the_baseline_is_paid_for_what_was_done(self, tmp_path: Path) -> None:
        found = tried(tmp_path, SAME + "assumptions: {csat: csat + 5%}")

        assert found.of("same").cost.before == Decimal(1030)

    def test_a_condition_says_for_whom(self, tmp_path: Path) -> None:
        text = SAME + 'assumptions: {csat: {becomes: csat - 5%, where: level == "senior"}}'

        # Bob has 85 % in February and loses 100; his January is void anyway.
        assert costs(tried(tmp_path, text)) == [("same", Decimal(930))]

    def test_where_the_condition_is_unknown_nothing_is_assumed(self, tmp_path: Path) -> None:
        text = SAME + "assumptions: {calls: {becomes: 0, where: csat < 50%}}"

        assert costs(tried(tmp_path, text)) == [("same", Decimal(1030))]

    def test_all_metrics_change_at_once_from_what_the_data_say(self, tmp_path: Path) -> None:
        # Calls become breaches, 0 or 1, and breaches become calls: everybody is void for quality, volume
        # pays Bob 1, and the chat star is Bob in January (50), Cid alone (50), and in February both with 0
        # share 25 and 25.
        text = SAME + "assumptions: {calls: breaches, breaches: calls}"

        assert costs(tried(tmp_path, text)) == [("same", Decimal(151))]

    def test_what_is_unknown_stays_unknown(self, tmp_path: Path) -> None:
        found = tried(tmp_path, SAME + "assumptions: {csat: csat - 1%}").of("same")

        assert found.paid.statuses.count("incomplete") == 1

    def test_the_assumptions_of_a_proposal_go_before_those_of_the_scenario(self, tmp_path: Path) -> None:
        text = "proposals: [{id: own, assumptions: {csat: csat}}, {id: all}]\nassumptions: {csat: csat + 5%}"

        assert costs(tried(tmp_path, text)) == [("own", Decimal(1030)), ("all", Decimal(1130))]

    def test_the_outcome_is_that_of_the_assumed_work(self, tmp_path: Path) -> None:
        outcome = (
            tried(tmp_path, SAME + "assumptions: {calls: calls + 10}\noutcome: calls").of("same").outcome
        )
        assert outcome is not None

        # 580 calls, and 10 more in each of 5 rows.
        assert (outcome.before, outcome.after) == (Fraction(580), Fraction(630))

    def test_earlier_periods_stay_as_they_were(self, tmp_path: Path) -> None:
        policy = HEADER + 'rules: [{id: steady, kind: bonus, pay: "default(previous(calls), 0)"}]'
        head = (
            "language: 1\nscenario: spring\nbaseline: policy.yaml\n"
            "population: {snapshots: rows.csv, periods: {from: 2026-02}}\n"
        )
        found = tried(tmp_path, SAME + "assumptions: {calls: 0}", policy=policy, head=head)

        # January's 150 and 80.
        assert costs(found) == [("same", Decimal(230))]

    def test_decisions_are_explained_on_the_assumed_work(self, tmp_path: Path) -> None:
        (change,) = tried(tmp_path, SAME + "assumptions: {csat: csat + 5%}").of("same").largest()

        assert (change.pair.agent, change.pair.period, change.pair.after.total) == (
            "Ann",
            "2026-02",
            Decimal(200),
        )

    def test_another_ruleset_takes_the_assumed_work_on_its_own_grid(self, tmp_path: Path) -> None:
        other = POLICY.replace("csat: {type: ratio", "csat: {type: ratio, places: 2")
        (tmp_path / "other.yaml").write_text(other.replace("target: 90%", "target: 85%"), encoding="utf-8")
        assumptions = "{csat: csat - 0.5%, calls: calls}"
        text = f"proposals: [{{id: other, ruleset: other.yaml, assumptions: {assumptions}}}]\noutcome: csat"
        found = tried(tmp_path, text).of("other")

        # Ann's 84.5 % is rounded to 85 % there, and pays: 100 more. So are the others': 95, 92, 85 and 90 %.
        assert found.cost.after == Decimal(1130)
        assert found.outcome is not None
        assert found.outcome.after == Fraction("3.62")

    def test_a_metric_that_only_the_proposal_reads_can_be_assumed(self, tmp_path: Path) -> None:
        leaks = "  breaches: count\n  leaks: {type: count, column: breaches}\n"
        other = POLICY.replace("  breaches: count\n", leaks)
        (tmp_path / "other.yaml").write_text(
            other + "  - {id: leak, kind: bonus, pay: -10 * leaks}\n", "utf-8"
        )
        text = "proposals: [{id: other, ruleset: other.yaml, assumptions: {leaks: 2}}]\nby: leaks\n"
        found = tried(tmp_path, text + "outcome: calls").of("other")

        # 20 less in each of five rows.
        assert found.cost.difference == Decimal(-100)
        assert found.outcome is not None
        assert found.outcome.after == Fraction(580)
        # Results are split by what the data say: nobody has leaks but Bob in January.
        assert [each.decisions.counted for each in found.by("leaks").sections] == [4, 1]

    def test_a_ruleset_without_the_metric_is_not_concerned(self, tmp_path: Path) -> None:
        (tmp_path / "plain.yaml").write_text(
            HEADER.replace("  breaches: count\n", "") + "rules: [{id: volume, kind: bonus, pay: calls}]",
            encoding="utf-8",
        )
        text = "proposals: [{id: plain, ruleset: plain.yaml, assumptions: {breaches: breaches + 1}}]"

        assert costs(tried(tmp_path, text)) == [("plain", Decimal(580))]


class TestElasticity:
    def test_a_metric_follows_a_number_of_the_ruleset(self, tmp_path: Path) -> None:
        # The rate rises by 50 %, so calls rise by 25 %: 187.5, 100, 150, 125, 162.5, and half a call counts
        # as a whole one. 100 + 88 x 3, 100, 100 + 50 x 3, 100 + 25 x 3, 100 + 63 x 3 for volume: 1178;
        # quality 200 and stars 150 as before.
        text = ", assumptions: {calls: {elasticity: 0.5, of: rules.volume.tiers.top.rate}}"

        assert costs(tried(tmp_path, f"proposals: [{RATE % text}]")) == [("rate", Decimal(1528))]

    def test_it_comes_on_top_of_a_formula(self, tmp_path: Path) -> None:
        # 15 calls each, and 25 % more: 18.75, rounded 19; 5 x 19 = 95 for volume. Both of the chat team tie
        # and share: 50 + 50 + 50 for stars, 200 for quality.
        text = ", assumptions: {calls: {becomes: 15, elasticity: 0.5, of: rules.volume.tiers.top.rate}}"

        assert costs(tried(tmp_path, f"proposals: [{RATE % text}]")) == [("rate", Decimal(445))]


class TestWhatCannotBe:
    def test_a_row_with_an_impossible_value_is_left_out_under_all_rulesets(self, tmp_path: Path) -> None:
        # 95 % + 6 %: Ann's January is left out, Bob is the star in her place, and her February has 91 %.
        found = tried(tmp_path, SAME + "assumptions: {csat: csat + 6%}")

        assert found.of("same").cost.before == Decimal(730)
        assert found.of("same").cost.after == Decimal(830)
        assert [problem.message() for problem in found.left_out.assumed] == [
            "agent Ann, period 2026-01: `csat` would become 1.0100, and it lies between 0.0000 and 1.0000"
        ]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("{cast: 1%}", "IE5113 scenario.yaml:7 `cast` is no metric of the baseline"),
            ("{team: 1%}", "IE5113 scenario.yaml:7 `team` is no metric of the baseline"),
            ("{calls: calls + star.place}", "IE5124 scenario.yaml:7 "),
            ("{csat: team}", "IE5117 scenario.yaml:7 "),
            ("{calls: 5 min}", "IE5114 scenario.yaml:7 `5 min` is duration, and the metric `calls` is count"),
            ("{calls: {spread: 0.5}}", "IE5115 scenario.yaml:7 a spread of `0.5` is less than 1"),
            ("{calls: {spread: calls}}", "IE5115 scenario.yaml:7 a spread of `calls` is less than 1"),
            ("{calls: {spread: team}}", "IE5117 scenario.yaml:7 "),
            ("{calls: {spread: 2 min}}", "IE5114 scenario.yaml:7 "),
            ('{calls: {where: team == "chat"}}', "IE5120 scenario.yaml:7 this assumption says neither"),
            ("{calls: {elasticity: 2}}", "IE5121 scenario.yaml:7 "),
            ("{calls: [1]}", "IE1104 scenario.yaml:7 "),
            ("{calls: {spread: [1]}}", "IE1104 scenario.yaml:7 "),
            (
                "{calls: {elasticity: 5%, of: parameters.bonus}}",
                "IE5116 scenario.yaml:7 an elasticity is a plain",
            ),
            ("{calls: {elasticity: much, of: parameters.bonus}}", "IE5116 scenario.yaml:7 "),
            (
                "{calls: {elasticity: 2, of: rules.quality.when}}",
                "IE5122 scenario.yaml:7 at `rules.quality.when`",
            ),
            ("{calls: {elasticity: 2, of: rules.nothing}}", "IE5100 scenario.yaml:7 "),
        ],
    )
    def test_what_is_wrong_with_an_assumption_is_told(self, tmp_path: Path, text: str, expected: str) -> None:
        found = said(problems(tmp_path, SAME + f"assumptions: {text}"))

        assert found, text
        assert found[0].startswith(expected), found


class TestDraws:
    def test_a_draw_is_a_whole_number_from_least_to_most(self) -> None:
        drawn = {Draws(7, repetition).steps(2, "csat") for repetition in range(200)}

        assert drawn == {-2, -1, 0, 1, 2}

    def test_every_number_is_about_as_likely(self) -> None:
        drawn = [Draws(1, repetition).steps(1, "csat") for repetition in range(3000)]

        assert all(900 < drawn.count(each) < 1100 for each in (-1, 0, 1))

    def test_without_a_spread_nothing_is_drawn(self) -> None:
        assert Draws(1, 1).steps(0, "csat") == 0

    def test_agents_have_draws_of_their_own(self) -> None:
        drawn = [Draws(1, 1).steps(1000, "csat", agent) for agent in ("Ann", "Bob", "Cid")]

        assert len(set(drawn)) == 3
        assert Draws(1, 1).steps(1000, "csat", "Ann") == drawn[0]

    def test_no_draw_leads_out_of_the_range(self) -> None:
        ratio = InputField(
            "csat", "csat", Title("csat", "csat"), Type("ratio"), 2, Rounding.HALF_UP, Fraction(1),
            Fraction(0), Fraction(1), None, required=False, strict=False, metric=True, better=None,
        )  # fmt: skip
        assumption = Assumption(ratio, together=50, each=0)

        drawn = [assumption.drawn(90, Draws(1, repetition), "Ann") for repetition in range(100)]
        assert max(each for each in drawn if each is not None) == 100
        assert min(each for each in drawn if each is not None) >= 40
        assert assumption.drawn(None, Draws(1, 1), "Ann") is None

    def test_an_open_range_ends_where_the_data_end(self) -> None:
        count = InputField(
            "calls", "calls", Title("calls", "calls"), COUNT, 0, Rounding.HALF_UP, Fraction(1),
            None, None, None, required=False, strict=False, metric=True, better=None,
        )  # fmt: skip

        assert Assumption(count, 1, 0).limits == (-(10**18), 10**18)

    def test_the_same_draw_for_everybody_moves_the_cost_by_it(self, tmp_path: Path) -> None:
        policy = HEADER + "rules: [{id: volume, kind: bonus, pay: 2 * calls}]"
        found = tried(tmp_path, SAME + "assumptions: {calls: {spread: 3}}\nrepeat: 6\nseed: 5", policy=policy)

        # 580 calls, and in each of the five rows what is drawn.
        expected = [100 * 2 * (580 + 5 * Draws(5, number).steps(3, "calls")) for number in range(1, 7)]
        assert list(found.of("same").costs) == expected

    def test_draws_for_each_agent_are_the_same_in_all_months(self, tmp_path: Path) -> None:
        policy = HEADER + "rules: [{id: volume, kind: bonus, pay: 2 * calls}]"
        text = SAME + "assumptions: {calls: {spread: {each: 3}}}\nrepeat: 2"
        found = tried(tmp_path, text, policy=policy)

        # Ann and Bob have two rows each, Cid one.
        rows = {"Ann": 2, "Bob": 2, "Cid": 1}
        off = [
            sum(Draws(1, number).steps(3, "calls", agent) * count for agent, count in rows.items())
            for number in (1, 2)
        ]
        assert list(found.of("same").costs) == [100 * 2 * (580 + each) for each in off]

    def test_the_views_are_of_the_median_repetition(self, tmp_path: Path) -> None:
        policy = HEADER + "rules: [{id: volume, kind: bonus, pay: 2 * calls}]"
        found = tried(tmp_path, SAME + "assumptions: {calls: {spread: 9}}\nrepeat: 5", policy=policy).of(
            "same"
        )

        assert found.interval.repetitions == 5
        assert found.cost.units_after == sorted(found.costs)[2] == found.interval.median
        assert sum(rule.cost.units_after for rule in found.rules) == found.interval.median
        assert found.costs[found.repetition - 1] == found.interval.median

    def test_more_repetitions_than_are_kept_are_evaluated_again(self, tmp_path: Path) -> None:
        text = SAME + "assumptions: {calls: {spread: 20}}\nrepeat: 9"
        once, again = (tried(tmp_path, text).of("same") for _ in range(2))

        assert once.costs == again.costs
        assert again.paid.total == again.interval.median

    def test_without_a_spread_there_is_nothing_to_repeat(self, tmp_path: Path) -> None:
        found = tried(tmp_path, SAME + "assumptions: {csat: csat + 5%}\nrepeat: 50").of("same")

        assert found.interval.repetitions == 1

    def test_proposals_on_which_people_work_alike_are_evaluated_together(self, tmp_path: Path) -> None:
        found = scenario(tmp_path, "proposals: [{id: a}, {id: b}]\nassumptions: {calls: calls + 1}")

        one, other = found.variants
        assert one.behaviour == other.behaviour
