"""A test of a ruleset says what a decision has to be, and a file that cannot be understood is not run."""

from __future__ import annotations

import pytest

from incentive_engine import load_ruleset
from incentive_engine.check.report import as_dict, explained
from incentive_engine.check.running import run_tests
from tests.check.policies import differences_of, expecting, problems_of, run
from tests.support.places import RULESETS

AS_EXPECTED = [
    "{total: 37.50}",
    "{total: 37.5, status: incomplete}",  # Nothing is known of the peers, and so of the star.
    "{lines: {thanks_bonus: 37.5, star: unknown}}",
    "{outcome: {thanks_bonus: paid, card: scored, learning: earned, privacy: kept, star: undetermined}}",
    "{outcome: {senior_bonus: none}}",
    "{results: {card.score: 90, card.grade: A, card.csat: 90, learning.credits: 40, privacy.broken: no}}",
    "{results: {thanks_bonus.amount: 37.50, thanks_bonus.final: 37.50}}",
    "{recognitions: {learning: learner}}",
    "{recognitions: {learning: [学习之星]}}",
    "{recognitions: {star: []}}",
    "{reasons: {thanks_bonus: Thanks is 3}}",
    "{reasons: {thanks_bonus: 感谢数为 3}}",
    "{reasons: {privacy: [red_line.not_breached, Privacy]}}",
    "{notes: []}",
]


@pytest.mark.parametrize("expected", AS_EXPECTED)
def test_what_is_as_expected_passes(expected: str) -> None:
    found = expecting(expected)

    assert differences_of(found) == []
    assert found.passed


NO_LINE = "error IE6106: `senior_bonus` does not apply to this agent, so that the decision has no line of it"

DIFFERENT = [
    ("{total: 40}", "6:21: error IE6101: the total is 37.50 CNY, and 40.00 CNY is expected"),
    ("{status: final}", "6:22: error IE6102: the decision is `incomplete`, and `final` is expected"),
    (
        "{lines: {thanks_bonus: 40}}",
        "6:36: error IE6103: `thanks_bonus` pays 37.50 CNY, and 40.00 CNY is expected",
    ),
    (
        "{lines: {star: 0}}",
        "6:28: error IE6103: `star` pays unknown, and 0.00 CNY is expected",
    ),
    (
        "{outcome: {privacy: broken}}",
        "6:33: error IE6104: the outcome of `privacy` is `kept`, and `broken` is expected",
    ),
    (
        "{outcome: {senior_bonus: paid}}",
        "6:38: error IE6104: the outcome of `senior_bonus` is `none`, and `paid` is expected",
    ),
    ("{results: {card.grade: B}}", "6:36: error IE6105: `card.grade` is A, and B is expected"),
    ("{results: {privacy.broken: yes}}", "6:40: error IE6105: `privacy.broken` is no, and yes is expected"),
    (
        "{lines: {senior_bonus: 30}}",
        "6:36: " + NO_LINE,
    ),
    (
        "{recognitions: {senior_bonus: medal}}",
        "6:43: " + NO_LINE,
    ),
    (
        "{reasons: {senior_bonus: medal}}",
        "6:38: " + NO_LINE,
    ),
    (
        "{recognitions: {learning: medal}}",
        "6:39: error IE6107: `learning` does not give the recognition `medal`; it gives `learner`",
    ),
    (
        "{recognitions: {thanks_bonus: medal}}",
        "6:43: error IE6107: `thanks_bonus` does not give the recognition `medal`; it gives none",
    ),
    (
        "{recognitions: {learning: []}}",
        "6:39: error IE6111: no recognition by `learning` is expected, and it gives `learner`",
    ),
    (
        "{reasons: {privacy: [red_line.not_breached, red_line.void]}}",
        "6:57: error IE6108: the explanation of `privacy` does not say `red_line.void`",
    ),
    ("{notes: IE4102}", "6:21: error IE6109: the decision has no note `IE4102`"),
]


@pytest.mark.parametrize(("expected", "difference"), DIFFERENT)
def test_a_difference_is_told_with_its_place(expected: str, difference: str) -> None:
    found = expecting(expected)

    assert differences_of(found) == [difference]
    assert not found.passed


def test_notes_are_told_where_none_is_expected() -> None:
    found = expecting("{notes: []}", "snapshot: {csat: ''}")

    assert differences_of(found) == ["6:21: error IE6110: no note is expected, and the decision has 1"]


def test_a_note_can_be_expected_by_its_code_or_by_what_it_says() -> None:
    assert expecting("{notes: [IE4102, Satisfaction is missing, 满意度缺失]}", "snapshot: {csat: ''}").passed


def test_several_recognitions_are_listed() -> None:
    given = "snapshot: {}\n    peers: []"
    (difference,) = expecting("{recognitions: {star: medal}}", given).ran[0].differences

    assert difference.problem.message("en").endswith("it gives `commendation`, `praise`")
    assert difference.problem.message("zh").endswith("实际给予：`通报表扬`、`表扬`")


def test_a_difference_is_told_in_chinese_with_chinese_units() -> None:
    (difference,) = expecting("{total: 40}").ran[0].differences

    assert difference.problem.message("zh") == "合计为 37.50 元，预期为 40.00 元"


class TestTheData:
    def test_without_peers_nothing_is_known_of_them(self) -> None:
        assert expecting("{status: incomplete, outcome: {star: undetermined}}").passed

    def test_an_empty_list_of_peers_says_that_there_are_none(self) -> None:
        assert expecting("{status: final, lines: {star: 100}}", "snapshot: {}\n    peers: []").passed

    def test_peers_have_the_defaults_and_ids_of_their_own(self) -> None:
        # Two with 3 thanks each share the 100; a third has fewer.
        given = "snapshot: {}\n    peers: [{}, {thanks: 2}]"
        assert expecting("{lines: {star: 50}}", given).passed

    def test_peers_may_have_ids(self) -> None:
        # Of 100.01 for two the spare cent would go to who comes first by id; 100 splits evenly.
        given = "snapshot: {agent: B}\n    peers: [{agent: A, thanks: 4}]"
        assert expecting("{results: {star.place: 2}}", given).passed

    def test_the_history_is_the_agents_own(self) -> None:
        # 40 credits in February and 40 in March, each kept for two months.
        given = "snapshot: {}\n    history: [{month: 2026-02}]"
        assert expecting("{results: {learning.balance: 80}}", given).passed

    def test_what_no_column_gives_is_empty(self) -> None:
        found = run(
            "tests: [{name: bare, snapshot: {month: 2026-03, thanks: 1}, expect: {total: 0}}]", defaults=""
        )
        # Whether there was a leak is unknown, and holds everything.
        assert differences_of(found) == []
        assert found.values[0].result("held") is True
        (decided,) = [each.decided for each in found.ran]
        assert decided is not None
        assert decided.decision.agent == "agent"


UNUSABLE = [
    ("{totals: 1}", "6:14: error IE1102: there is no field `totals` here"),
    ("{status: done}", "6:22: error IE1103: `done` is not a possible value here"),
    ("{outcome: {star: win}}", "6:30: error IE1103: `win` is not a possible value here"),
    ("{lines: {thank_bonus: 40}}", "6:22: error IE6001: the ruleset has no rule `thank_bonus`"),
    ("{outcome: {thank_bonus: paid}}", "6:24: error IE6001: the ruleset has no rule `thank_bonus`"),
    ("{results: {cards.score: 40}}", "6:24: error IE6001: the ruleset has no rule `cards`"),
    ("{recognitions: {thank_bonus: x}}", "6:29: error IE6001: the ruleset has no rule `thank_bonus`"),
    ("{reasons: {thank_bonus: x}}", "6:24: error IE6001: the ruleset has no rule `thank_bonus`"),
    ("{results: {score: 40}}", "6:24: error IE6004: `score` does not say which rule's result it is"),
    ("{results: {card.points: 40}}", "6:24: error IE6003: the rule `card` has no result `points`"),
    ("{lines: {card: 40}}", "6:22: error IE6005: the rule `card` pays no money"),
    (
        "{total: much}",
        "6:21: error IE6006: `much` cannot be what is expected here; a number such as `87.5` is",
    ),
    (
        "{results: {card.grade: C}}",
        "6:36: error IE6006: `C` cannot be what is expected here; one of `A`, `B` is",
    ),
    ("{}", "4:11: error IE6007: the test `trial` expects nothing"),
]


@pytest.mark.parametrize(("expected", "problem"), UNUSABLE)
def test_what_cannot_be_expected_is_a_problem_of_the_file(expected: str, problem: str) -> None:
    assert problems_of(expecting(expected)) == [problem]


def test_what_was_probably_meant_is_said() -> None:
    (problem,) = expecting("{lines: {thank_bonus: 40}}").problems

    assert problem.hint("en").startswith("did you mean `thanks_bonus`? the rules are: `thanks_bonus`, `card`")


class TestWhatIsWrongWithTheData:
    def test_a_column_that_the_ruleset_does_not_read(self) -> None:
        found = expecting("{total: 0}", "snapshot: {thank: 3}")

        assert problems_of(found) == ["5:16: error IE6002: the ruleset reads no column `thank`"]
        assert (
            found.problems[0]
            .hint("en")
            .startswith("did you mean `thanks`? the columns are: `agent`, `month`")
        )

    def test_a_metric_that_has_another_column(self) -> None:
        found = expecting("{total: 0}", "snapshot: {}\n    peers: [{wait: 3}]")

        assert found.problems[0].hint("en").startswith("did you mean `wait_minutes`?")

    def test_a_column_of_the_defaults_or_of_the_history(self) -> None:
        text = "tests: [{name: a, snapshot: {}, history: [{month: 2026-01, weight: 1}], expect: {total: 0}}]"
        found = run(text, "defaults: {month: 2026-03, zzz: 1}\n")

        assert problems_of(found) == [
            "1:28: error IE6002: the ruleset reads no column `zzz`",
            "2:60: error IE6002: the ruleset reads no column `weight`",
        ]

    def test_a_cell_that_cannot_be_read_is_shown_where_it_stands(self) -> None:
        found = expecting("{total: 0}", "snapshot: {thanks: many}")

        assert [place.split(" ")[0] for place in problems_of(found)] == ["5:24:"]

    def test_a_cell_of_the_defaults_is_shown_there(self) -> None:
        text = "tests: [{name: a, snapshot: {}, expect: {total: 0}}]"
        found = run(text, "defaults: {month: 2026-03, thanks: many}\n")

        assert [place.split(" ")[0] for place in problems_of(found)] == ["1:36:"]

    def test_a_period_that_nothing_gives_is_missed_at_the_snapshot(self) -> None:
        found = run("tests:\n  - name: a\n    snapshot: {}\n    expect: {total: 0}\n", "")

        assert [place.split(" ")[0] for place in problems_of(found)] == ["3:5:"]

    def test_without_a_snapshot_it_is_missed_at_the_test(self) -> None:
        found = run("tests:\n  - name: a\n    expect: {total: 0}\n", "")

        assert [place.split(" ")[0] for place in problems_of(found)] == ["2:5:"]

    def test_a_peer_that_cannot_be_read(self) -> None:
        found = expecting("{total: 0}", "snapshot: {}\n    peers: [{}, {thanks: 501}]")

        assert [place.split(" ")[0] for place in problems_of(found)] == ["6:26:"]

    def test_two_peers_of_the_same_id(self) -> None:
        found = expecting("{total: 0}", "snapshot: {}\n    peers: [{agent: A}, {agent: A}]")

        assert problems_of(found) == ["6:33: error IE6010: `A` has two snapshots for `2026-03`"]

    def test_a_history_without_its_period(self) -> None:
        found = expecting("{total: 0}", "snapshot: {}\n    history: [{thanks: 2}]")

        assert problems_of(found) == [
            "6:15: error IE6011: this snapshot of an earlier period does not say which one it is"
        ]

    def test_a_history_that_is_not_earlier(self) -> None:
        found = expecting("{total: 0}", "snapshot: {}\n    history: [{month: 2026-03}]")

        assert problems_of(found) == [
            "6:23: error IE6009: `2026-03` is not before `2026-03`, the period of the test"
        ]

    def test_a_history_whose_period_is_no_period(self) -> None:
        found = expecting("{total: 0}", "snapshot: {}\n    history: [{month: March}]")

        assert [problem.code for problem in found.problems] == ["IE4025"]


class TestTheFile:
    def test_two_tests_of_one_name(self) -> None:
        tests = "tests:\n  - {name: a, snapshot: {}, expect: {total: 0}}\n"
        found = run(tests + "  - {name: a, snapshot: {}, expect: {total: 0}}\n")

        assert problems_of(found) == ["5:12: error IE6008: there are two tests `a`"]
        assert found.problems[0].related[0].line == 4

    def test_a_file_that_is_no_yaml(self) -> None:
        assert [line.split(" ")[2] for line in problems_of(run("tests: [", ""))] == ["IE1043:"]

    def test_a_warning_does_not_keep_tests_from_running(self) -> None:
        # Two texts are read, of which the explanation has `37`, in 37.50, alone.
        found = expecting("{total: 37.50, reasons: {thanks_bonus: [37,505]}}")

        assert [problem.severity for problem in found.problems] == ["warning"]
        assert [difference.problem.code for difference in found.ran[0].differences] == ["IE6108"]

    def test_it_needs_a_test(self) -> None:
        assert [line.split(" ")[2] for line in problems_of(run("tests: []", ""))] == ["IE1106:"]


class TestTheReport:
    def test_a_difference_on_a_rule_shows_what_the_decision_says_of_it(self) -> None:
        found = expecting("{lines: {thanks_bonus: 40}}")
        (ran,) = found.ran

        assert explained(found, ran, ran.differences[0], "en") == [
            "Thanks bonus: 37.50 CNY",
            "  `12.50 * thanks` = 37.50 CNY.",
            "    Thanks is 3.",
        ]

    def test_a_difference_on_the_whole_shows_the_sum_what_is_open_and_the_notes(self) -> None:
        found = expecting("{status: final}", "snapshot: {csat: ''}")
        (ran,) = found.ran

        assert explained(found, ran, ran.differences[0], "en") == [
            "This decision is incomplete: what cannot be determined yet pays nothing for now.",
            "The total is 37.50 CNY:",
            "  Thanks bonus: 37.50 CNY",
            "card: cannot be determined yet",
            "star: cannot be determined yet",
            "Satisfaction is missing, and what depends on it is unknown",
        ]

    def test_it_can_be_read_by_programs(self) -> None:
        found = expecting("{total: 40}")
        told = as_dict(found, "en")

        assert (told["file"], told["ruleset"], told["version"]) == ("praise.tests.yaml", "praise", "1")
        assert (told["tests"], told["failed"], told["problems"]) == (1, 1, [])
        (result,) = told["results"] if isinstance(told["results"], list) else []
        assert (result["name"], result["line"], result["passed"]) == ("trial", 4, False)
        assert (result["total"], result["status"]) == ("37.50", "incomplete")
        (difference,) = result["differences"]
        assert (difference["code"], difference["rule"]) == ("IE6101", None)
        assert difference["explanation"][1] == "The total is 37.50 CNY:"


class TestRefusedData:
    @pytest.mark.parametrize("reason", ["IE4039", "may be 500 at most", "最大允许值为 500"])
    def test_data_that_are_refused_for_the_expected_reason_pass(self, reason: str) -> None:
        found = expecting(f'{{refused: "{reason}"}}', "snapshot: {thanks: 900}")

        assert differences_of(found) == []
        assert found.ran[0].decided is None
        assert found.values == ()

    def test_another_reason_is_a_difference(self) -> None:
        (told,) = differences_of(expecting("{refused: IE4001}", "snapshot: {thanks: 900}"))

        assert told.startswith("6:23: error IE6112: the data are refused, and not for `IE4001`: IE40")

    def test_data_that_are_taken_are_a_difference_without_an_explanation(self) -> None:
        found = expecting("{refused: IE4039}")

        assert differences_of(found) == [
            "6:23: error IE6113: the data are not refused, and `IE4039` is expected"
        ]
        assert explained(found, found.ran[0], found.ran[0].differences[0], "en") == []
        told = as_dict(found, "en")
        (result,) = told["results"] if isinstance(told["results"], list) else []
        assert (result["total"], result["status"], result["passed"]) == (None, None, False)

    def test_nothing_else_can_be_expected_then(self) -> None:
        found = expecting("{refused: IE4039, total: 0}", "snapshot: {thanks: 900}")

        (told,) = problems_of(found)
        assert told.startswith("6:23: error IE6012: where data are refused there is no decision of which")


@pytest.mark.parametrize(
    "name", ["service-incentives-2026", "service-quality-first", "growth-and-teams-2026"]
)
def test_the_rulesets_that_come_with_the_project_do_what_their_tests_say(name: str) -> None:
    file = RULESETS / f"{name}.tests.yaml"
    found = run_tests(load_ruleset(RULESETS / f"{name}.yaml"), file.read_text("utf-8"), file.name)

    assert [str(problem) for problem in found.problems] == []
    assert [str(each.problem) for ran in found.ran for each in ran.differences] == []
    assert len(found.ran) > 10
