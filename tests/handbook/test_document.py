"""The same parts as Markdown, and as one page of HTML in which nothing is taken for more than text."""

from __future__ import annotations

from html.parser import HTMLParser

from incentive_engine import parse_ruleset
from incentive_engine.handbook import Handbook
from incentive_engine.handbook.document import Heading, Item, Items, Paragraph, Part, Table, html, markdown
from tests.handbook.policies import HEAD, MIDDLE

PARTS: list[Part] = [
    Heading(1, "A *title*"),
    Paragraph("Pay < 3 & more\nthan that"),
    Items((Item("one", (Item("inside"),)), Item("two"))),
    Table(("Name", "Pay"), (("a|b", "<b>3</b>"),), numeric=(1,)),
]


def test_markdown() -> None:
    assert markdown(PARTS) == (
        "# A \\*title\\*\n\nPay \\< 3 \\& more than that\n\n- one\n    - inside\n- two\n\n"
        "| Name | Pay |\n| --- | ---: |\n| a\\|b | \\<b\\>3\\</b\\> |\n"
    )


def test_html_escapes_everything() -> None:
    page = html("A & B", PARTS, "en")

    assert '<html lang="en">' in page
    assert "<title>A &amp; B</title>" in page
    assert "<h1>A *title*</h1>\n<p>Pay &lt; 3 &amp; more\nthan that</p>" in page
    assert "<ul><li>one<ul><li>inside</li></ul></li><li>two</li></ul>" in page
    assert '<tr><td>a|b</td><td class="number">&lt;b&gt;3&lt;/b&gt;</td></tr>' in page


class Tags(HTMLParser):
    """Notes what a page refers to, and holds that each element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.references: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.references += [str(value) for name, value in attrs if name in ("src", "href")]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_whole_handbook_is_one_page_that_needs_nothing_else() -> None:
    hostile = 'title: {en: "<script>alert(1)</script> $body", zh: "<b>试行</b>"}'
    text = HEAD.replace("title: {en: Trial, zh: 试行方案}", hostile) + MIDDLE
    ruleset = parse_ruleset(f"{text}rules:\n  - {{id: b, kind: bonus, pay: calls}}\n")

    for language, spoken in (("en", "en"), ("zh", "zh-CN")):
        page = Handbook(ruleset).html("en" if language == "en" else "zh")
        tags = Tags()
        tags.feed(page)
        assert (tags.open, tags.references) == ([], [])
        assert f'<html lang="{spoken}">' in page
        assert "<script" not in page
        assert "<b>试行" not in page
        assert "url(" not in page
