"""What somebody who installs the package may count on."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib import metadata, resources
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_installed_package_has_the_version_of_this_checkout() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert metadata.version("incentive-engine") == project["version"]


def test_the_changelog_speaks_of_the_version_of_this_checkout() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert f"## [{metadata.version('incentive-engine')}]" in changelog


def test_the_package_tells_type_checkers_that_it_is_annotated() -> None:
    assert resources.files("incentive_engine").joinpath("py.typed").is_file()


def test_a_service_that_imports_the_library_does_not_load_the_command_line() -> None:
    program = "import sys, incentive_engine; print(sorted({'click', 'rich'} & set(sys.modules)))"

    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert finished.stdout.strip() == "[]"
