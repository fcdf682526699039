"""The installed program, started as a shell starts it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from incentive_engine.cli.main import main
from tests.cli.conftest import ROWS, written

PROGRAM = Path(sysconfig.get_path("scripts")) / "incentive-engine"

unix = pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")


def started(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Return the finished program."""
    return subprocess.run(
        [str(PROGRAM), *map(str, arguments)],
        capture_output=True,
        check=False,
        env={**os.environ, "COLUMNS": "80", **environment},
    )


def test_it_evaluates_and_prints_utf_8_in_a_pipeline_of_any_language(policy: Path, rows: Path) -> None:
    finished = started("evaluate", policy, rows, "--lang", "zh", PYTHONIOENCODING="gbk")

    assert (finished.returncode, finished.stderr) == (0, b"")
    assert "已确定" in finished.stdout.decode("utf-8")


def test_it_takes_its_arguments_from_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["anything", "kinds", "--format", "csv"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert (ended.value.code, capsys.readouterr().out.splitlines()[0]) == (0, "kind,about,package,version")


def test_it_ends_with_1_where_a_problem_is_found_and_with_2_where_it_is_misused(
    tmp_path: Path, policy: Path
) -> None:
    wrong = written(tmp_path / "rows.csv", ROWS.replace("A3,2026-03,day,2,", "A3,2026-03,day,two,"))

    assert started("evaluate", policy, wrong).returncode == 1
    assert started("evaluate", policy).returncode == 2
    assert started("check", tmp_path / "missing.yaml").returncode == 2


def test_a_reader_who_has_seen_enough_is_no_failure_that_is_told(policy: Path, rows: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    finished = subprocess.run(
        [str(PROGRAM), "evaluate", str(policy), str(rows), "--format", "json"],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )

    os.close(writing)
    assert finished.stderr == b""


def test_help_needs_neither_the_engine_nor_pydantic() -> None:
    program = (
        "import sys; sys.argv = ['incentive-engine', '--help']\n"
        "from incentive_engine.cli.main import main\n"
        "try:\n    main()\n"
        "finally:\n    print(sorted({'pydantic', 'incentive_engine.engine'} & set(sys.modules)))\n"
    )

    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert finished.stdout.splitlines()[-1] == "[]"


@unix
class TestOnATerminal:
    def test_problems_have_colours_unless_there_are_to_be_none(self, tmp_path: Path, policy: Path) -> None:
        wrong = written(
            tmp_path / "wrong.yaml", policy.read_text(encoding="utf-8").replace("leaks > 0", "leak > 0")
        )

        assert b"\x1b[1;31merror IE2101" in on_terminal("check", wrong)
        assert b"\x1b[1merror IE2101" in on_terminal("check", wrong, NO_COLOR="1")

    def test_a_table_is_as_wide_as_the_terminal_at_most(self, policy: Path, rows: Path) -> None:
        lines = on_terminal("evaluate", policy, rows, NO_COLOR="1", TERM="dumb").decode("utf-8").splitlines()

        assert max(len(line) for line in lines) <= 80
        assert any("A2" in line and "broken: Privacy" in line for line in lines)


def on_terminal(*arguments: object, **environment: str) -> bytes:
    """Return what the program prints on a terminal of 80 columns."""
    import pty  # noqa: PLC0415 -- Windows has none

    terminal, side = pty.openpty()
    process = subprocess.Popen(
        [str(PROGRAM), *map(str, arguments)],
        stdout=side,
        stderr=side,
        env={**os.environ, "COLUMNS": "80", "TERM": "xterm", **environment},
    )
    os.close(side)
    printed = b""
    while piece := _read(terminal):
        printed += piece
    os.close(terminal)
    process.wait()
    return printed


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # This is how Linux says that the other side is closed.
        return b""
