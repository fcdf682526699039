"""Every problem of a formula: what causes it, and where it is shown. «» marks the place in the formula."""

from __future__ import annotations

import re

import pytest

from incentive_engine.ruleset.nodes import Scalar
from incentive_engine.ruleset.problems import Span
from incentive_engine.texts import entry, known_codes
from tests.language.formulas import attempt, scalar

CASES = [
    # Limits.
    ("IE2001", "1" + " " * 1999 + "«+ 1»"),
    ("IE2002", "handled«\u200b» * 2"),
    ("IE2002", "handled«\t»* 2"),
    ("IE2002", "handled«\r»* 2"),
    ("IE2002", 'level == "ju«\u202e»nior"'),
    ("IE2003", "(" * 40 + "«(»1" + ")" * 41),
    ("IE2004", "1" + " + 1" * 149 + " + «1»"),
    ("IE2005", "not " * 40 + "«not» passed"),
    ("IE2005", "1 if passed else " * 39 + "1 if «passed» else 1"),
    ("IE2006", "« »"),
    # Numbers.
    ("IE2010", "handled «%» 3"),
    ("IE2010", "40%«%»"),
    ("IE2010", "«%» 40"),
    ("IE2011", "«1234567890123456789» * handled"),
    ("IE2011", "«0.1234567890123» * handled"),
    ("IE2012", "handled > «1e3»"),
    ("IE2012", "handled > «1.5E-3»"),
    ("IE2013", "handled > «0x1F»"),
    ("IE2014", "handled > «1_000»"),
    ("IE2015", "handled > «1,000»"),
    ("IE2015", "handled > «1，000»"),
    ("IE2015", "base_salary > «12,345,678.90»"),
    ("IE2015", "min(«5,100», handled)"),
    ("IE2016", "sales > «3万»"),
    ("IE2016", "sales > «1.5 万元»"),
    ("IE2017", "sales > «800 USD»"),
    ("IE2018", "handled > «800 pieces»"),
    ("IE2019", "first_response > «5 minutes»"),
    ("IE2019", "first_response > «30秒»"),
    ("IE2019", "sales > «800元»"),
    ("IE2020", "hired > «2026-02-30»"),
    ("IE2021", "hired > «2026/10/15»"),
    ("IE2021", "hired > «2026.10.15»"),
    ("IE2021", "hired > «2026-1-5»"),
    ("IE2021", "hired > «2026年10月15日»"),
    ("IE2021", "hired > «2026年10月»"),
    ("IE2022", "handled > «.5»"),
    ("IE2022", "handled > «5.» and passed"),
    ("IE2022", "handled > «1.2.3»"),
    ("IE2023", "sales > «¥»800"),
    ("IE2023", "sales > «￥»800"),
    ("IE2023", "sales > «$»800"),
    # Texts and names.
    ("IE2024", 'level == «"lead»'),
    ("IE2024", "level == «“lead»"),
    ("IE2025", 'level == «f"{1.5:.2000000000f}"»'),
    ("IE2025", "level == «b'x'»"),
    ("IE2026", "handled > «ﷺ»"),
    # Signs and words that the language does not have.
    ("IE2040", "handled «**» 2"),
    ("IE2040", "handled «^» 2"),
    ("IE2041", "handled «//» 2"),
    ("IE2042", "passed «&&» certified"),
    ("IE2042", "passed «|» certified"),
    ("IE2042", "«!»passed"),
    ("IE2043", "handled «=>» 5"),
    ("IE2043", "handled «<>» 5"),
    ("IE2044", "handled «=» 5"),
    ("IE2044", "(handled «=» 5)"),
    ("IE2044", "handled «:=» 5"),
    ("IE2044", "handled «+=» 5"),
    ("IE2045", "handled «<<» 5"),
    ("IE2045", "«...»"),
    ("IE2045", "passed «?»"),
    ("IE2045", "«{»"),
    ("IE2026", "handled «²»"),
    ("IE2046", "«yield»"),
    ("IE2047", "passed == «True»"),
    ("IE2047", "passed == «false»"),
    ("IE2048", "1«;» 2"),
    ("IE2049", "passed «AND» certified"),
    ("IE2050", "handled «is» 3"),
    ("IE2051", "handled == «None»"),
    # Structure.
    ("IE2070", "min«(»handled, 5"),
    ("IE2071", "handled + 5«)»"),
    ("IE2072", "min(handled, 5«]»"),
    ("IE2073", "«handled complexity»"),
    ("IE2073", "«3 (»handled)"),
    ("IE2073", "«handled not» 3"),
    ("IE2073", "«handled not»"),
    ("IE2073", "(«handled 5»)"),
    ("IE2074", "handled «+»"),
    ("IE2074", "handled > 5 «and»"),
    ("IE2075", "handled + «*» 5"),
    ("IE2075", "«*»handled"),
    ("IE2075", "min(«*»handled)"),
    ("IE2075", "«+»5"),
    ("IE2075", "min(handled, «)»"),
    ("IE2075", "(«)»"),
    ("IE2076", "handled «if» passed"),
    ("IE2076", "handled «else» 3"),
    ("IE2076", "(handled «if» passed) + 1 if certified else 3"),
    ("IE2077", "handled«[»0]"),
    ("IE2077", "min(handled, 5)«[»0]"),
    ("IE2078", "«5 % 3»"),
    ("IE2079", "«card.score.value»"),
    ("IE2079", "«5 min .real»"),
    ("IE2079", "«card.»"),
    ("IE2079", "«card.score(3)»"),
    ("IE2079", "«'a'.center»(1000000000)"),
    ("IE2080", "handled + «not passed»"),
    ("IE2082", "«handled, 5»"),
    ("IE2082", "max(«(1, 2)», 3)"),
    ("IE2082", "handled * «[1]»"),
    ("IE2083", "level in «shift»"),
    ("IE2083", 'level in «("junior", "lead")»'),
    ("IE2083", "level not in «[]»"),
    ("IE2084", 'level in ["lead"] == «passed»'),
    # Names.
    ("IE2100", "«zzz» * 2"),
    ("IE2101", "«cast» > 85%"),
    ("IE2101", "«card.scores» / 100"),
    ("IE2102", "«max» + 1"),
    ("IE2102", "«commission» + 1"),
    ("IE2103", "«handled»(complexity)"),
    ("IE2104", "«zzz»()"),
    ("IE2105", "«medain»(handled, 3)"),
    ("IE2105", "«comission»(handled)"),
    ("IE2106", 'level == «"juniro"»'),
    ("IE2106", 'level in ["junior", «"laed"»]'),
    ("IE2107", 'level == «"boss"»'),
    ("IE2108", "level == «lead»"),
    ("IE2108", "«lead» == level"),
    ("IE2108", 'level in ["junior", «laed»]'),
    ("IE2108", "team == «上海»"),
    # Types.
    ("IE2120", "base_salary + «first_response»"),
    ("IE2120", "base_salary - «handled»"),
    ("IE2121", "handled > «base_salary»"),
    ("IE2121", 'handled == «"many"»'),
    ("IE2121", "team == «2026-01-01»"),
    ("IE2121", "level == «team»"),
    ("IE2121", "sales / talk_time > «5»"),
    ("IE2121", 'hired < «"soon"»'),
    ("IE2122", "handled if passed else «base_salary»"),
    ("IE2122", "default(level, «passed»)"),
    ("IE2122", "max(hired, «3»)"),
    ("IE2123", "first_response > «5»"),
    ("IE2123", "first_response + «5» > 1 min"),
    ("IE2123", "min(«5», first_response)"),
    ("IE2124", "csat > «85»"),
    ("IE2124", "«85» <= csat"),
    ("IE2124", "fcr in [90%, «95»]"),
    ("IE2124", "attainment >= «1.6»"),
    ("IE2125", "level == «shift»"),
    ("IE2126", 'hired < «"2026-01-01"»'),
    ("IE2126", '«"2026-01-01"» < hired'),
    ("IE2127", "csat > «80 + 5»"),
    ("IE2128", "csat > «890%»"),
    ("IE2130", "«passed» + 1"),
    ("IE2130", "-«passed»"),
    ("IE2130", "handled * («passed»)"),
    ("IE2131", "«team» * 2"),
    ("IE2131", "abs(«level»)"),
    ("IE2132", "1 + «hired»"),
    ("IE2133", "«handled» and passed"),
    ("IE2133", "not «handled»"),
    ("IE2133", "1 if «handled» else 2"),
    ("IE2134", "passed or «team»"),
    ("IE2135", "«team» < site"),
    ("IE2135", "max(handled, «level»)"),
    ("IE2136", "days_between(«handled», hired)"),
    ("IE2137", "handled / «0»"),
    ("IE2137", "handled / («3 - 3»)"),
    ("IE2137", "1 / (handled / «0.0»)"),
    ("IE2138", "«passed == certified»"),
    ("IE2138", "«(handled > 1) == (handled > 2)»"),
    ("IE2138", "passed and («(handled > 1) == ((handled > 2))»)"),
    # Functions.
    ("IE2160", "«clamp(handled, 5)»"),
    ("IE2160", "«min()»"),
    ("IE2160", "«round(handled, 1, 2)»"),
    ("IE2160", "«period_start(3)»"),
    ("IE2161", "max(handled, «where»=passed)"),
    ("IE2162", "rank(handled, «withn»=team)"),
    ("IE2163", "rank(handled, within=team, «within»=site)"),
    ("IE2164", "rank(handled, within=«handled > 3»)"),
    ("IE2165", "round(workload, «13»)"),
    ("IE2165", "round(workload, «1.5»)"),
    ("IE2165", "rolling(handled, «handled»)"),
    ("IE2165", "rolling(handled, «0»)"),
]


@pytest.mark.parametrize(("code", "marked"), CASES)
def test_a_fault_is_reported_where_it_stands(code: str, marked: str) -> None:
    formula = re.sub("[«»]", "", marked)
    start, end = marked.index("«"), marked.index("»") - 1

    found = attempt(formula)

    assert found.codes == [code]
    assert found.compiled is None
    assert found.problems[0].span == Span("rules.yaml", 7, 11 + start, 7, 11 + end)


@pytest.mark.parametrize("marked", [marked for _, marked in CASES])
def test_a_fault_is_told_in_both_languages(marked: str) -> None:
    (problem,) = attempt(re.sub("[«»]", "", marked)).problems

    for text in (problem.message("en"), problem.message("zh"), problem.hint("en"), problem.hint("zh")):
        assert "{" not in text.replace("`{`", "").replace('"{1.5', "")
    assert problem.message("en") != problem.message("zh")
    assert bool(problem.hint("en")) == bool(problem.hint("zh"))


def test_every_code_of_formulas_has_a_case_here() -> None:
    codes = {code for code in known_codes() if "IE2001" <= code <= "IE2199"}

    # IE2081 is for what no known text leads to; test_the_whitelist.py causes it.
    assert {code for code, _ in CASES} | {"IE2081"} == codes


def test_every_text_of_formulas_is_a_whole_entry() -> None:
    for code in known_codes():
        if "IE2001" <= code <= "IE2199":
            assert entry(code).severity == "error"
            assert entry(code).title
            assert not entry(code).texts["en"].endswith(".")
            assert not entry(code).texts["zh"].endswith("。")


@pytest.mark.parametrize(
    ("formula", "suggestion"),
    [
        ("csat > 85", "did you mean `85%`?"),
        ("first_response > 5", "did you mean `5 min`?"),
        ('level == "juniro"', 'did you mean `"junior"`?'),
        ("level == lead", 'did you mean `"lead"`?'),
        ("cast > 85%", "did you mean `csat`?"),
        ("medain(1, 2)", "did you mean `median`?"),
        ("handled > 1_000", "did you mean `1000`?"),
        ("handled > 1,000", "write `1000` for one number, `1, 000` with a space for several"),
        ("sales > 1.5万", "write the number out: `15000`"),
        ("sales > 0.00012万", "write the number out: `1.2`"),
        ("first_response > 5 minutes", "did you mean `5 min`?"),
        ("sales > 800元", "did you mean `800 CNY`?"),
        ("handled => 5", "did you mean `>=`?"),
        ('hired < "2026-01-01"', "did you mean `2026-01-01`, without quotes?"),
        (
            "hired < 2026/1/5",
            "a date is written `2026-01-05`; a division or subtraction has spaces around its signs",
        ),
        (
            "hired < 2026/13/5",
            "a date is written `2026-01-31`; a division or subtraction has spaces around its signs",
        ),
        ("handled and passed", "did you mean `handled > 0`?"),
        ('level == "boss"', 'its values are "junior", "senior", "lead"'),
    ],
)
def test_the_hint_is_what_was_most_likely_meant(formula: str, suggestion: str) -> None:
    assert [problem.hint() for problem in attempt(formula).problems] == [suggestion]


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("csat > 85", "`csat` is a ratio between 0 and 1, and `85` is outside it"),
        ("attainment > 85", "`attainment` is a ratio between 0 and 1.5, and `85` is outside it"),
        ("fcr > 85", "`fcr` is a ratio between 0 and 1, and `85` is outside it"),
        (
            "sales / talk_time > handled",
            "`sales / talk_time` is `money / duration` and `handled` is `count`: they cannot be compared",
        ),
        ("handled ** 2", "`**` (power) is not part of the language"),
        ("clamp(1, 2)", "the number of values for `clamp(x, lowest, highest)` is 2; it has to be 3"),
        ("min()", "the number of values for `min(x, y, ...)` is 0; it has to be 1-20"),
    ],
)
def test_the_message_speaks_of_what_the_reader_wrote(formula: str, message: str) -> None:
    assert [problem.message() for problem in attempt(formula).problems] == [message]


def test_all_problems_of_a_formula_are_told_at_once() -> None:
    found = attempt('cast > 85% and level == "juniro" and first_response > 5 and max(handled, team) > 3')

    assert found.codes == ["IE2101", "IE2106", "IE2123", "IE2135"]


def test_all_problems_of_spelling_are_told_at_once() -> None:
    assert attempt("1e3 + 3万 + 800 USD ** 2").codes == ["IE2012", "IE2016", "IE2017", "IE2040"]


def test_an_unknown_function_does_not_hide_the_faults_of_its_arguments() -> None:
    assert attempt("zzz(cast, hired + 1)").codes == ["IE2104", "IE2101", "IE2132"]


def test_the_column_counts_characters_so_chinese_names_do_not_shift_it() -> None:
    (problem,) = attempt("质检得分 + 质检得分 + 质捡得分").problems

    # The third name begins at the 14th character: two names of 4 and two signs with 2 spaces each before it.
    assert problem.span == Span("rules.yaml", 7, 11 + 14, 7, 11 + 18)


def test_a_formula_that_the_file_spells_over_several_lines_is_shown_as_a_whole() -> None:
    whole = Span("rules.yaml", 4, 3, 6, 9)
    (problem,) = attempt(Scalar("handled\n+ cast", whole)).problems

    assert problem.span == whole


def test_a_misspelled_name_beside_a_choice_is_no_text_unless_it_is_like_an_option() -> None:
    assert attempt("level == mentor_levle").codes == ["IE2101"]


def test_a_misspelled_name_beside_a_text_is_a_name_if_it_is_like_one() -> None:
    assert attempt("team == sitte").codes == ["IE2101"]


def test_a_misspelled_name_beside_a_written_text_is_not_taken_for_a_text() -> None:
    assert attempt('levl == "junior"').codes == ["IE2101"]


def test_a_formula_in_an_unsound_formula_asks_for_no_names() -> None:
    found = attempt("handled + cast )")

    assert found.vocabulary.asked == []


@pytest.mark.parametrize(
    "formula", ["rank(within=team, handled)", "max(3=handled)", "3 else 4 if passed", "max(1 if 2, 3 else 4)"]
)
def test_words_in_an_order_that_means_nothing_are_refused(formula: str) -> None:
    assert attempt(formula).compiled is None


def test_a_place_in_a_longer_chain_is_that_of_the_value() -> None:
    found = attempt("1 + base_salary + scalar")

    assert [str(problem.span) for problem in found.problems] == ["rules.yaml:7:29"]
    assert scalar("x").span.column == 11
