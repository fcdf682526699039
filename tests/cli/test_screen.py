"""What is printed on the two streams can be read on every terminal."""

from __future__ import annotations

import io
import sys

import pytest
from rich.style import Style

from incentive_engine.cli.screen import Screen, coloured
from incentive_engine.evaluate.records import RowProblem
from incentive_engine.ruleset.problems import Problem, Span

TEXT = "cap: 300\npay: 1,000\ncap: 400\n"
COMMA = Problem("IE1031", {"number": "1,000", "plain": "1000"}, Span("p.yaml", 2, 6, 2, 11))
TWICE = Problem(
    "IE1020", {"key": "cap", "line": "1"}, Span("p.yaml", 3, 1, 3, 4), (Span("p.yaml", 1, 1, 1, 4),)
)
MISSING = Problem("IE1001", {"file": "p.yaml"})


class Stream(io.TextIOWrapper):
    """A stream of bytes that may be a terminal."""

    def __init__(self, *, terminal: bool) -> None:
        self.printed = io.BytesIO()
        super().__init__(self.printed, encoding="ascii")
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def parts_in(problem: Problem, style: str) -> list[str]:
    """Return the parts of a problem that are shown in a style."""
    text = coloured(problem, TEXT, "en")
    wanted = Style.parse(style)
    found = [
        text.plain[span.start : span.end] for span in text.spans if Style.parse(str(span.style)) == wanted
    ]
    return [part for part in found if part]


class TestTheColoursOfAProblem:
    def test_the_severity_and_what_is_marked_are_red(self) -> None:
        assert parts_in(COMMA, "bold red") == ["error IE1031: ", "^^^^^"]

    def test_places_and_margins_are_blue_and_the_hint_is_another_colour(self) -> None:
        assert parts_in(COMMA, "blue") == [" --> ", "  |", "1 |", "2 |", "  |"]
        assert parts_in(COMMA, "cyan")[0].startswith("hint: write `1000`")

    def test_a_place_that_goes_with_it_is_marked_too(self) -> None:
        assert "---" in parts_in(TWICE, "bold red")

    def test_a_problem_without_a_place_has_none_of_that(self) -> None:
        assert (parts_in(MISSING, "bold red"), parts_in(MISSING, "blue")) == (["error IE1001: "], [])


class TestStreams:
    def test_what_is_no_terminal_gets_utf_8_whatever_the_machine_prefers(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stream = Stream(terminal=False)
        monkeypatch.setattr(sys, "stdout", stream)

        Screen("zh").results.print("红线")

        assert stream.printed.getvalue().decode("utf-8") == "红线\n"

    def test_a_terminal_keeps_its_encoding_and_shows_what_it_lacks_as_escapes(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stream = Stream(terminal=True)
        monkeypatch.setattr(sys, "stdout", stream)

        print("红", file=Screen("zh").results.file)
        stream.flush()

        assert b"\\u7ea2" in stream.printed.getvalue()

    def test_a_stream_without_an_encoding_is_taken_as_it_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stream = io.StringIO()
        monkeypatch.setattr(sys, "stdout", stream)

        Screen("zh").results.print("红线")

        assert stream.getvalue() == "红线\n"

    def test_square_brackets_and_numbers_in_data_are_shown_as_they_are(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stream = io.StringIO()
        monkeypatch.setattr(sys, "stderr", stream)

        Screen("en").tell("[bold]A1[/bold] :smile: 12", "red")

        assert stream.getvalue() == "[bold]A1[/bold] :smile: 12\n"


def test_where_results_stand_on_the_terminal_too_problems_of_rows_stand_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    problem = RowProblem(Problem("IE4010"), "rows.csv", 3)

    screen = Screen("en")
    screen.tell_rows([problem])
    screen.tell_rows([])

    assert stream.getvalue().startswith("\n")
    assert stream.getvalue().count("IE4010") == 1
