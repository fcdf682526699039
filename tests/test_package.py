"""What somebody who installs the package may count on."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib import metadata, resources
from pathlib import Path

import pytest

import incentive_engine

ROOT = Path(__file__).parents[1]


def test_the_installed_package_has_the_version_of_this_checkout() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert metadata.version("incentive-engine") == project["version"]


def test_the_package_tells_its_version() -> None:
    assert incentive_engine.__version__ == metadata.version("incentive-engine")


def test_the_changelog_speaks_of_the_version_of_this_checkout() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert f"## [{metadata.version('incentive-engine')}]" in changelog


def test_the_package_tells_type_checkers_that_it_is_annotated() -> None:
    assert resources.files("incentive_engine").joinpath("py.typed").is_file()


def test_every_public_name_can_be_imported_and_no_other() -> None:
    for name in incentive_engine.__all__:
        assert getattr(incentive_engine, name).__name__ == name
    with pytest.raises(AttributeError, match="has no attribute 'evaluate_everything'"):
        getattr(incentive_engine, "evaluate_everything")  # noqa: B009 -- mypy knows that it is not there


def test_a_service_that_imports_the_library_does_not_load_the_command_line() -> None:
    program = "import sys, incentive_engine; print(sorted({'click', 'rich'} & set(sys.modules)))"

    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert finished.stdout.strip() == "[]"
