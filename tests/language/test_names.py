"""What a formula can refer to, and how names are compared."""

from __future__ import annotations

from fractions import Fraction

from incentive_engine.language.names import closest, no_such_name
from incentive_engine.ruleset.problems import Span
from tests.language.formulas import attempt, computed, group_computed

PLACE = Span("rules.yaml", 1, 1, 1, 5)


def test_a_formula_says_which_names_it_reads_in_the_order_of_their_first_appearance() -> None:
    compiled = attempt("handled * complexity + card.score - handled + max(csat, target)").compiled

    assert compiled is not None
    assert list(compiled.reads) == ["handled", "complexity", "card.score", "csat", "target"]
    assert compiled.text == "handled * complexity + card.score - handled + max(csat, target)"


def test_names_are_compared_in_nfkc() -> None:
    # The first name is written with full-width letters.
    assert computed("ｈａｎｄｌｅｄ + 1", handled=3) == 4


def test_a_chinese_name_is_a_name() -> None:
    assert computed("质检得分 * 2", 质检得分=45) == 90


def test_a_result_of_a_rule_is_named_with_a_point() -> None:
    assert group_computed("card.score / 100", [{"card.score": 87}]) == [Fraction("0.87")]


def test_a_name_is_asked_for_at_its_place() -> None:
    found = attempt("handled + card.score")

    assert [(name, at.column, at.end_column) for name, at in found.vocabulary.asked] == [
        ("handled", 11, 18),
        ("card.score", 21, 31),
    ]


def test_a_table_of_the_ruleset_is_called_like_a_function() -> None:
    # The small ruleset's table doubles its argument: 2 x (3 + 4) - 2 x 3 = 8.
    assert computed("commission(handled + 4) - commission(handled)", handled=3) == 8


def test_a_misspelled_name_is_told_with_the_one_that_is_like_it() -> None:
    problem = no_such_name("cast", ["handled", "csat"], PLACE)

    assert (problem.code, problem.hint(), problem.span) == ("IE2101", "did you mean `csat`?", PLACE)


def test_a_name_like_no_other_is_told_without_a_guess() -> None:
    assert no_such_name("zzz", ["handled", "csat"], PLACE).code == "IE2100"


def test_the_guess_looks_past_capital_letters() -> None:
    assert closest("CSAT", ["handled", "csat"]) == "csat"


def test_a_name_whose_problem_has_been_reported_causes_no_other() -> None:
    found = attempt("faulty + hired > 3 and cast > 3")

    assert found.codes == ["IE2101"]
    assert attempt("-faulty").compiled is None
