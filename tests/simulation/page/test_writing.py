"""The page is one file: all that it needs is in it, and nothing in it can be taken for what it is not."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import altair as alt
import pytest

from incentive_engine.simulation.page.writing import html_page
from tests.simulation.laboratory.trying import HEAD
from tests.simulation.page.pages import HOSTILE, PROPOSAL, ROWS, tried
from tests.support.browser import CHROMIUM, Page, opened

# Names of formats and of pages that explain messages of the libraries: they are never fetched.
_NAMES = ("http://www.w3.org/", "https://vega.github.io/", "https://github.com/vega/")
_EMPTY = {"meta", "wbr"}


@dataclass
class _Element:
    tag: str
    attributes: dict[str, str | None]
    text: str = ""


@dataclass
class _Elements(HTMLParser):
    """All elements of a page, with the text that stands in them; every one is closed again."""

    found: list[_Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[_Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(_Element(tag, dict(attrs)))
        if tag not in _EMPTY:
            self._open.append(self.found[-1])

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data


def elements(page: str, tag: str) -> list[_Element]:
    """Return the elements of one kind."""
    parser = _Elements()
    parser.feed(page)
    parser.close()
    return [each for each in parser.found if each.tag == tag]


def script(page: str, *, of_data: bool) -> str:
    """Return the data of the charts, or the script that draws them."""
    (found,) = [each for each in elements(page, "script") if ("type" in each.attributes) is of_data]
    return found.text


def test_a_team_that_is_called_like_a_script_is_a_name(written: Mapping[str, str]) -> None:
    page = written["en"]

    assert HOSTILE not in page
    assert HOSTILE in [each.text for each in elements(page, "th")]
    # One for the data and one that draws; no third.
    assert len(elements(page, "script")) == 2


def test_names_in_charts_cannot_end_the_script_that_they_stand_in(written: Mapping[str, str]) -> None:
    data = script(written["zh"], of_data=True)

    assert "<" not in data
    assert HOSTILE in json.dumps(json.loads(data), ensure_ascii=False).replace('\\"', '"')


def test_nothing_is_fetched_from_anywhere(written: Mapping[str, str]) -> None:
    for page in written.values():
        addresses = re.findall(r"https?://[^\s\"'`)]+", page)
        assert [each for each in addresses if not each.startswith(_NAMES)] == []
        parser = _Elements()
        parser.feed(page)
        assert [each for each in parser.found if {"src", "href"} & each.attributes.keys()] == []


def test_several_proposals_can_be_reached_from_the_top(tmp_path: Path) -> None:
    text = "proposals: [{id: one, ruleset: policy.yaml}, {id: two, ruleset: policy.yaml}]\n"

    page = html_page(tried(tmp_path, text))

    assert page.count("Nothing: both rulesets say the same.") == 2
    links = [each.attributes["href"] for each in elements(page, "a")]
    assert links == ["#proposal-1", "#proposal-2"]
    assert {link.removeprefix("#") for link in links if link} <= {
        each.attributes.get("id") for each in elements(page, "section")
    }


def test_the_page_allows_its_own_script_and_no_other(written: Mapping[str, str]) -> None:
    for page in written.values():
        (rules,) = [
            each.attributes["content"] for each in elements(page, "meta") if "http-equiv" in each.attributes
        ]
        digest = base64.b64encode(hashlib.sha256(script(page, of_data=False).encode()).digest()).decode()
        assert rules == f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'"


def test_without_being_asked_the_page_knows_no_agent(written: Mapping[str, str]) -> None:
    assert "Cid" not in written["en"]
    assert "Cid" in written["zh"]


def test_every_chart_keeps_to_the_schema_of_vega_lite(written: Mapping[str, str]) -> None:
    for chart in json.loads(script(written["zh"], of_data=True)).values():
        alt.Chart.from_dict(chart)


def test_every_chart_has_its_place_its_words_and_a_table(written: Mapping[str, str]) -> None:
    page = written["en"]
    figures = elements(page, "figure")

    assert {each.attributes["id"] for each in figures} == json.loads(script(page, of_data=True)).keys()
    assert all(each.attributes["aria-label"] for each in figures)
    assert all(section.text.strip() for section in elements(page, "section"))
    for section in re.findall(r'<section class="question">.*?</section>', page, flags=re.DOTALL):
        assert ("<figure" in section) <= ("<table" in section)


def test_the_page_says_which_language_it_is_in(written: Mapping[str, str]) -> None:
    assert elements(written["en"], "html")[0].attributes["lang"] == "en"
    assert elements(written["zh"], "html")[0].attributes["lang"] == "zh-CN"
    assert elements(written["zh"], "h1")[0].text == "春季"


def test_the_sum_stands_out_in_a_table_and_so_does_the_sign_of_a_difference(
    written: Mapping[str, str],
) -> None:
    page = written["en"]

    assert '<tr class="sum"><th scope="row">Together</th>' in page
    assert '<td class="number more">+100.00</td>' in page
    assert '<td class="number less">-150.00</td>' in page


def test_what_is_code_in_a_sentence_is_set_as_code(written: Mapping[str, str]) -> None:
    assert [each.text for each in elements(written["en"], "code")] == ["1 * bonus"]


def test_guardrails_and_assumptions_stand_on_the_first_screen(tmp_path: Path) -> None:
    text = PROPOSAL + "guardrails: [budget: 900, largest_loss: 30]\nassumptions: {calls: calls + 0}\n"

    page = html_page(tried(tmp_path, text))

    items = [each for each in elements(page, "li") if "class" in each.attributes]
    assert [each.attributes["class"] for each in items] == ["broken", "kept"]
    assert (
        page.index("largest loss")
        < page.index("calls becomes <code>calls + 0</code>.")
        < page.index("<figure")
    )


def test_of_a_very_long_table_the_first_rows_are_on_the_page(tmp_path: Path) -> None:
    rows = [{**ROWS[0], "agent": f"A{number}", "calls": number} for number in range(205)]

    page = html_page(tried(tmp_path, PROPOSAL.replace("[team]", "[calls]"), rows))

    # 205 groups and the line of all together.
    assert "And 6 more rows, which are in the result as CSV or JSON." in page


def test_that_nobody_is_counted_is_a_warning(tmp_path: Path) -> None:
    head = HEAD.replace("rows.csv}", "rows.csv, where: calls > 900}")

    page = html_page(tried(tmp_path, PROPOSAL, head=head))

    (warning,) = [each for each in elements(page, "p") if each.attributes.get("class") == "warning"][:1]
    assert warning.text.startswith("Nobody is counted")


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in sys.modules if each.startswith("incentive_engine.simulation.page")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "altair", None)

    with pytest.raises(ImportError, match=r"pip install 'incentive-engine\[report\]'"):
        __import__("incentive_engine.simulation.page")


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium, in which the page would be opened")
class TestInABrowser:
    def test_all_charts_are_drawn_without_a_word_and_nothing_is_requested(
        self, written: Mapping[str, str], tmp_path: Path
    ) -> None:
        with shown(written["en"], tmp_path) as page:
            drawn = page.value("document.querySelectorAll('figure.chart svg').length")
            scripts = page.value("document.querySelectorAll('script').length")

        assert drawn == len(elements(written["en"], "figure"))
        assert scripts == 2
        assert page.complaints == []
        assert page.requested == []

    def test_who_points_at_a_dot_reads_whose_it_is(self, written: Mapping[str, str], tmp_path: Path) -> None:
        with shown(written["zh"], tmp_path) as page:
            page.point_at(".mark-symbol path")
            page.wait_until("document.getElementById('vg-tooltip-element')?.classList.contains('visible')")
            told = page.value("document.getElementById('vg-tooltip-element').textContent")
            drawn = page.value("document.querySelectorAll('figure.chart svg').length")

        # The one who loses most is drawn first; what looks like the end of a script is a part of the id.
        assert told.strip() == "Cid</script><!--：-30.00 元"
        assert drawn == len(elements(written["zh"], "figure"))
        assert page.complaints == []
        assert page.requested == []


@contextmanager
def shown(text: str, folder: Path) -> Iterator[Page]:
    """Open a page in a browser and wait until its charts are drawn."""
    file = folder / "page.html"
    file.write_text(text, encoding="utf-8")
    with opened(file, folder / "browser") as page:
        page.wait_until("document.documentElement.dataset.drawn")
        yield page
