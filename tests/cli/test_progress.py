"""What takes long is shown on a terminal, and taken away when it is done."""

from __future__ import annotations

import io
import time

import pytest
from rich.console import Console

from incentive_engine.cli.progress import Working


class Terminal(io.StringIO):
    """What a console takes for a terminal, and keeps what it prints."""

    def isatty(self) -> bool:
        return True


def terminal() -> Console:
    return Console(file=Terminal(), force_terminal=True, width=80, _environ={})


def printed(console: Console) -> str:
    stream = console.file
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


def wait_for(text: str, console: Console) -> None:
    """Wait until a console has printed a text, on a busy machine too."""
    deadline = time.monotonic() + 30
    while text not in printed(console):
        assert time.monotonic() < deadline, printed(console)
        time.sleep(0.01)


def test_what_takes_longer_than_the_delay_is_named_and_counted() -> None:
    console = terminal()

    with Working(console, delay=0) as working:
        working.stage("Reading the data")
        assert len(list(working.counted(range(500), 500))) == 500
        wait_for("Reading the data", console)
        wait_for(" 400 ", console)  # It is counted in steps of two hundred.


def test_what_is_quicker_shows_nothing() -> None:
    console = terminal()

    with Working(console, delay=60) as working:
        working.stage("Reading the data")

    assert printed(console) == ""


def test_nothing_is_shown_where_there_is_no_terminal() -> None:
    console = Console(file=io.StringIO(), force_terminal=True)  # As with FORCE_COLOR in a pipeline.

    with Working(console, delay=0) as working:
        working.stage("Reading the data")
        time.sleep(0.2)

    assert printed(console) == ""


def test_it_is_taken_away_before_results_are_printed_on_the_terminal() -> None:
    console = terminal()

    with Working(console, delay=0) as working:
        working.stage("Reading the data")
        wait_for("Reading the data", console)
        working.writing("Writing", console)
        before = printed(console)
        time.sleep(0.2)

    assert before.endswith("\x1b[2K")  # The line is erased.
    assert printed(console) == before


@pytest.mark.parametrize("results", [None, Console(file=io.StringIO())])
def test_it_stays_while_results_are_written_elsewhere(results: Console | None) -> None:
    console = terminal()

    with Working(console, delay=0) as working:
        working.stage("Reading the data")
        working.writing("Writing", results)
        wait_for("Writing", console)


def test_it_is_taken_away_after_a_failure() -> None:
    console = terminal()

    def work() -> None:
        with Working(console, delay=0) as working:
            working.stage("Reading the data")
            wait_for("Reading the data", console)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()

    assert printed(console).rstrip("\r\n").endswith("\x1b[2K")
