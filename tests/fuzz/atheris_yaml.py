"""Search for texts that break the reader, guided by the code that they reach.

Not run by the tests: it needs atheris (`pip install atheris`, Linux) and as much time as one has.

    python tests/fuzz/atheris_yaml.py tests/fuzz/corpus/yaml -max_total_time=600

A text that raises is written to a file named crash-...; it belongs into the corpus, where the tests read it.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys


def check(data: bytes) -> None:
    """Read bytes as a ruleset's text and show all its problems."""
    from incentive_engine.ruleset import read_yaml, rendered  # noqa: PLC0415 # atheris has to see the import

    text = data.decode("utf-8", errors="replace")
    table, problems = read_yaml(text, "rules.yaml")
    if table is None and not problems:
        raise AssertionError("neither a table nor a problem")
    for problem in problems:
        rendered(problem, text)
        rendered(problem, text, "zh")


def main() -> None:
    """Run the fuzzer with the options of libFuzzer."""
    if importlib.util.find_spec("atheris") is None:
        sys.exit("atheris is not installed; `pip install atheris` (Linux only).")
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["incentive_engine", "yaml"]):
        importlib.import_module("incentive_engine.ruleset")
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
