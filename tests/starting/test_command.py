"""`init` writes three files that all other commands can use at once, and never writes over anything."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from incentive_engine.cli import init as command
from incentive_engine.cli.main import commands
from tests.cli.conftest import Run, run

__all__ = ["run"]


def test_the_files_can_be_used_at_once(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "policies"
    result = run("init", folder, "--kind", "bonus", "--kind", "star_award", "--from", "2026-03-08")

    ruleset, rows = folder / "policy.yaml", folder / "policy.csv"
    assert result.exit_code == 0
    assert result.stdout == (
        f"Written: {ruleset}\nWritten: {folder / 'policy.tests.yaml'}\nWritten: {rows}\n\nWhat next:\n"
        f"  incentive-engine check {ruleset}\n  incentive-engine test {ruleset}\n"
        f"  incentive-engine evaluate {ruleset} {rows}\n  incentive-engine handbook {ruleset}\n"
    )
    assert run("check", ruleset, "--strict").stdout == f"{ruleset}: no problems\n"
    assert run("test", ruleset).exit_code == 0
    assert "2026-03" in run("evaluate", ruleset, rows).stdout


def test_without_anything_said_the_defaults_are_taken(run: Run, tmp_path: Path) -> None:
    result = run("init", tmp_path, "--yes", "--lang", "zh")

    text = (tmp_path / "policy.yaml").read_text(encoding="utf-8")
    assert result.exit_code == 0
    assert "currency: CNY\nperiod: month\n" in text
    assert [line for line in text.splitlines() if "kind: " in line] == [
        "    kind: tiered_bonus",
        "    kind: bonus",
        "    kind: red_line",
    ]
    assert "# 各项规则，每项在奖励决定中占一行。" in text
    assert "接下来可以：" in result.stdout


class TestQuestions:
    @pytest.fixture
    def answer(self, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
        """A runner whose input the program takes for the answers of a person."""

        class Person(io.StringIO):
            def isatty(self) -> bool:
                return True

        class Terminal:
            stdin = Person()

        monkeypatch.setattr(command, "sys", Terminal)
        return CliRunner(env={"COLUMNS": "80", "INCENTIVE_ENGINE_LANG": None})

    def answered(self, runner: CliRunner, folder: Path, answers: str, *more: str) -> Result:
        return runner.invoke(commands, ["init", str(folder), *more], input=answers)

    def test_what_is_not_said_is_asked(self, answer: CliRunner, tmp_path: Path) -> None:
        result = self.answered(answer, tmp_path, "pool， scorecard\nhkd\nquarter\n")

        text = (tmp_path / "policy.yaml").read_text(encoding="utf-8")
        assert result.exit_code == 0
        assert "currency: HKD\nperiod: quarter\n" in text
        assert ("kind: pool" in text, "kind: scorecard" in text, "kind: bonus" in text) == (True, True, False)
        assert "  star_award: Prizes for the best of a group, or of several teams.\n" in result.output
        assert "Which kinds of rules?" in result.output
        assert "How long is one period? One of: day, week, month, quarter, year [month]:" in result.output

    def test_what_is_said_is_not_asked(self, answer: CliRunner, tmp_path: Path) -> None:
        result = self.answered(
            answer, tmp_path, "USD\n", "--kind", "bonus", "--period", "year", "--lang", "zh"
        )

        assert result.exit_code == 0
        assert "使用哪种货币？" in result.output
        assert "规则类型" not in result.output
        assert "currency: USD\nperiod: year\n" in (tmp_path / "policy.yaml").read_text(encoding="utf-8")


class TestMisuse:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (
                ["--kind", "bonsu"],
                "error: `bonsu` is none of what there is to choose from\nhint: choose from: tiered_bonus,",
            ),
            (
                ["--period", "event"],
                "error: `event` is none of what there is to choose from\nhint: choose from: day,",
            ),
            (["--currency", "RMB"], "error: `RMB` is not the three letters of a currency\n"),
            (["--name", "my policy"], "error: `my policy` cannot be the name of a ruleset\n"),
            (["--from", "8.3.2026"], "error: `8.3.2026` is not a day of the calendar\n"),
        ],
    )
    def test_what_cannot_be_meant(self, run: Run, tmp_path: Path, arguments: list[str], message: str) -> None:
        result = run("init", tmp_path, "--yes", *arguments, columns=200)

        assert result.exit_code == 2
        assert result.stderr.startswith(message)
        assert list(tmp_path.iterdir()) == []

    def test_what_is_there_is_not_written_over(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "policy.tests.yaml").write_text("mine", encoding="utf-8")
        result = run("init", tmp_path, "--yes")

        assert result.exit_code == 2
        assert "is there already, and is not written over" in result.stderr
        assert [path.name for path in tmp_path.iterdir()] == ["policy.tests.yaml"]

    def test_a_folder_that_cannot_be_made(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("mine", encoding="utf-8")
        result = run("init", tmp_path / "file" / "folder", "--yes")

        assert result.exit_code == 2
        assert "cannot be made" in result.stderr
