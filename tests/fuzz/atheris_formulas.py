"""Search for formulas that break the language, guided by the code that they reach.

Not run by the tests: it needs atheris (`pip install atheris`, Linux) and as much time as one has.

    python tests/fuzz/atheris_formulas.py tests/fuzz/corpus/formulas -max_len=2100 -max_total_time=600

A formula that raises is written to a file named crash-...; it belongs into the corpus, which the tests read.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))


def check(data: bytes) -> None:
    """Compile bytes as a formula and tell all its problems."""
    from tests.language.formulas import attempt  # noqa: PLC0415 # atheris has to see the import

    found = attempt(data.decode("utf-8", errors="replace"))
    if (found.compiled is None) != bool(found.problems):
        raise AssertionError("a meaning with problems, or neither")
    for problem in found.problems:
        problem.message("en"), problem.message("zh"), problem.hint("en"), problem.hint("zh")


def main() -> None:
    """Run the fuzzer with the options of libFuzzer."""
    if importlib.util.find_spec("atheris") is None:
        sys.exit("atheris is not installed; `pip install atheris` (Linux only).")
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["incentive_engine"]):
        importlib.import_module("incentive_engine.language.formula")
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
