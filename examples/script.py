"""The API in ten lines: load a ruleset, decide on a population, and say why.

python examples/script.py
"""

from pathlib import Path

from incentive_engine import load_ruleset, read_records

project = Path(__file__).resolve().parents[1]
ruleset = load_ruleset(project / "rulesets" / "service-incentives-2026.yaml")
decisions = ruleset.evaluate_all(read_records(project / "examples" / "population" / "snapshots.csv"))
print(f"{len(decisions)} decisions pay {decisions.total}; rows left out: {len(decisions.rejected)}")
decision = decisions.of("A019", "2026-05")
print(decision.total, decision.currency, decision.status)
for line in decision.lines:
    print(f"  {line.title.en}: {line.outcome} {line.final or ''}")
print(decision.explain("zh").text())
