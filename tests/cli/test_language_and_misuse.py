"""The program speaks the language that it is asked to, also where it is misused and in its help."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from incentive_engine.cli.interface import PROGRAM, did_you_mean
from incentive_engine.cli.language import asked_language, said
from incentive_engine.cli.main import commands
from tests.cli.conftest import Run

NAMES = ["check", "evaluate", "explain", "simulate", "schema", "kinds"]


class TestTheLanguage:
    @pytest.mark.parametrize(
        ("arguments", "language"),
        [
            ([], "en"),
            (["check", "a.yaml", "--lang", "zh"], "zh"),
            (["--lang=zh", "check", "a.yaml"], "zh"),
            (["--lang", "zh", "check", "a.yaml", "--lang", "en"], "en"),  # the last one counts
            (["check", "--", "--lang", "zh"], "en"),  # behind `--` stand files
            (["check", "--lang"], "en"),
        ],
    )
    def test_it_is_that_of_the_option_wherever_it_stands(self, arguments: list[str], language: str) -> None:
        assert asked_language(arguments) == language

    def test_it_is_that_of_the_environment_where_the_option_is_not_given(
        self, run: Run, policy: Path
    ) -> None:
        assert run("check", policy, INCENTIVE_ENGINE_LANG="zh").stdout == f"{policy}：没有问题\n"
        assert run("check", policy, "--lang", "en", INCENTIVE_ENGINE_LANG="zh").stdout.endswith(
            "no problems\n"
        )

    def test_a_language_that_nobody_speaks_is_english_in_the_environment(
        self, run: Run, policy: Path
    ) -> None:
        assert run("check", policy, INCENTIVE_ENGINE_LANG="fr").stdout.endswith("no problems\n")

    def test_it_can_be_given_before_the_command(self, run: Run, policy: Path) -> None:
        assert run("--lang", "zh", "check", policy).stdout == f"{policy}：没有问题\n"


class TestMisuse:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["explian"], "there is no command `explian`; did you mean `explain`?"),
            (["xyz"], "there is no command `xyz`"),
            (["check", "--fromat", "json"], "there is no option `--fromat`; did you mean `--format`?"),
            (["check", "--qqqqqqqq"], "there is no option `--qqqqqqqq`"),
            (["check"], "`RULESET` has to be given"),
            (["explain", "a", "b", "--period", "2026-03"], "`--agent` has to be given"),
            (["check", "a.yaml", "--format", "xml"], "`--format` is one of `text`, `json`"),
            (["check", "a.yaml", "--lang", "fr"], "`--lang` is one of `en`, `zh`"),
            (
                ["check", "a.yaml", "--out"],
                "`--out` is given without the value that it needs, or with a value",
            ),
            (["kinds", "one", "two"], "too many arguments: `one two`"),
        ],
    )
    def test_it_is_exit_code_2_and_says_what_is_wrong(
        self, run: Run, arguments: list[str], message: str
    ) -> None:
        result = run(*arguments)

        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(f"error: {message}")
        assert result.stderr.splitlines()[1].startswith("hint: ")

    def test_it_is_told_in_the_language_that_is_asked_for(self, run: Run) -> None:
        assert run("explian", "--lang", "zh").stderr == (
            "错误：没有命令 `explian`；是否想写 `explain`？\n提示：用法见 `incentive-engine --help`\n"
        )

    def test_the_hint_names_the_command(self, run: Run) -> None:
        assert run("check").stderr.endswith("hint: `incentive-engine check --help` says how it is used\n")

    def test_it_has_no_colours_where_there_is_to_be_none(self, run: Run) -> None:
        red = "\x1b[1;31m"

        assert run("explian", FORCE_COLOR="1").stderr.startswith(red)
        assert "\x1b[3" not in run("explian", FORCE_COLOR="1", NO_COLOR="1").stderr

    def test_what_click_alone_knows_of_is_told_in_its_words(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def callback(**_values: object) -> None:
            raise click.UsageError("this is new")

        monkeypatch.setattr(commands.commands["kinds"], "callback", callback)

        result = run("kinds")

        assert (result.exit_code, result.stderr.splitlines()[0]) == (2, "error: this is new")

    def test_a_suggestion_does_not_depend_on_capitals(self) -> None:
        assert did_you_mean("a008", ["A008", "B100"])["suggestion_zh"] == "；是否想写 `A008`？"


class TestHelp:
    def test_it_lists_the_commands_with_what_they_are_for(self, run: Run) -> None:
        result = run("--help", columns=100)

        assert result.exit_code == 0
        width = max(map(len, commands.commands))
        for name in NAMES:
            assert f"  {name:<{width}}  {said(f'cli.{name}', 'en')}" in result.stdout, name

    @pytest.mark.parametrize("name", NAMES)
    def test_every_option_of_every_command_is_explained_in_both_languages(self, run: Run, name: str) -> None:
        for language in ("en", "zh"):
            page = run(name, "--help", "--lang", language, columns=200).stdout
            for parameter in commands.commands[name].params:
                shown = parameter.opts[0] if isinstance(parameter, click.Option) else parameter.metavar
                assert str(shown) in page
            assert said("cli.exit_codes", language) in page

    def test_the_usage_names_what_has_to_be_given(self, run: Run) -> None:
        first = run("appeal", "--help").stdout.splitlines()[0]

        assert first == (f"Usage: {PROGRAM} appeal RULESET SNAPSHOTS --agent ID --set NAME=VALUE [OPTIONS]")

    def test_the_usage_names_what_may_be_given_in_brackets(self, run: Run) -> None:
        first = run("simulate", "--help").stdout.splitlines()[0]

        assert first == f"Usage: {PROGRAM} simulate [SCENARIO] [OPTIONS]"

    def test_it_is_no_wider_than_the_terminal_in_chinese_either(self, run: Run) -> None:
        page = run("evaluate", "--help", "--lang", "zh", columns=60).stdout.splitlines()

        # A Chinese character or sign takes two columns.
        widths = [len(line) + sum(ord(character) > 0x2E7F for character in line) for line in page[1:]]
        assert max(widths) <= 60

    def test_a_name_without_a_command_gets_help_and_exit_code_2(self, run: Run) -> None:
        result = run()

        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(f"Usage: {PROGRAM} [OPTIONS] COMMAND\n")

    def test_the_version_is_that_of_the_package(self, run: Run) -> None:
        assert run("--version").stdout == f"{PROGRAM}, version 0.1.0\n"

    def test_shells_complete_commands_and_options_and_say_what_they_are_for(self, run: Run) -> None:
        def completed(words: str, cword: int) -> str:
            return run(
                _INCENTIVE_ENGINE_COMPLETE="zsh_complete",
                COMP_WORDS=words,
                COMP_CWORD=str(cword),
                INCENTIVE_ENGINE_LANG="zh",
            ).stdout

        assert completed(f"{PROGRAM} ch", 1).splitlines() == ["plain", "check", said("cli.check", "zh")]
        assert "--format" in completed(f"{PROGRAM} check a.yaml b.yaml --fo", 4)
        assert completed(f"{PROGRAM} nothing --fo", 2).strip() == ""


@pytest.mark.parametrize("command", ["evaluate", "simulate", "handbook"])
def test_no_help_is_cut_off_where_a_terminal_is_narrow(run: Run, command: str) -> None:
    assert "…" not in run(command, "--help", "--lang", "zh", columns=80).stdout
