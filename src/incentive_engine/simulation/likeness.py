"""Whether the decisions of two rulesets can be compared at all."""

from __future__ import annotations

from incentive_engine.engine import Ruleset
from incentive_engine.ruleset.problems import Problem


def differences(baseline: Ruleset, proposal: Ruleset) -> list[Problem]:
    """Return why the amounts, or the rows, of two rulesets have nothing to do with each other."""
    ours, theirs = baseline.policy.shape, proposal.policy.shape
    facts = (
        ("IE5001", str(ours.currency), str(theirs.currency)),
        ("IE5002", ours.period, theirs.period),
        ("IE5003", str(ours.snapshot.agent), str(theirs.snapshot.agent)),
        ("IE5003", str(ours.snapshot.period), str(theirs.snapshot.period)),
    )
    return [
        Problem(code, {"baseline": before, "proposal": after})
        for code, before, after in facts
        if before != after
    ]
