"""The small policy with its tests in files, and the program to run on them."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest
from click.testing import CliRunner, Result

from incentive_engine.cli.main import commands
from tests.check.policies import DEFAULTS, POLICY


class Run(Protocol):
    """Runs the program with some arguments."""

    def __call__(self, *arguments: object) -> Result: ...


@pytest.fixture
def run() -> Run:
    def run(*arguments: object) -> Result:
        runner = CliRunner(env={"COLUMNS": "100", "INCENTIVE_ENGINE_LANG": None})
        result = runner.invoke(commands, [str(argument) for argument in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """The policy, with a test beside it that passes."""
    path = tmp_path / "praise.yaml"
    path.write_text(POLICY, encoding="utf-8")
    tests = DEFAULTS + "tests: [{name: three thanks, snapshot: {}, expect: {total: 37.50}}]\n"
    path.with_suffix(".tests.yaml").write_text(tests, encoding="utf-8")
    return path
