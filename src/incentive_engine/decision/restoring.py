"""Decisions that were put away, made again: for other processes, and for a cache.

What is put away is the ruleset as it is written and all that the decision was made from. It is restored by
the engine that made it; what is to be kept for years is `Decision.to_dict`.
"""

from __future__ import annotations

from incentive_engine.compile.policy import Policy
from incentive_engine.compile.ruleset import compile_tree
from incentive_engine.evaluate.periods import Evaluator, RowState, RowValues
from incentive_engine.ruleset.nodes import Table
from incentive_engine.ruleset.period import Period

# Rulesets that have been compiled again, the newest last.
_MOST_REMEMBERED = 16
_remembered: dict[tuple[str, str], tuple[Policy, Evaluator]] = {}


def restored_values(
    root: Table, text: str, file: str, period: Period, state: RowState
) -> tuple[Policy, RowValues]:
    """Return a policy that is compiled again, and the values of a row under it.

    Raises:
        ValueError: if the ruleset cannot be used here, where a kind of its rules is not installed.
    """
    if (text, file) not in _remembered:
        policy = compile_tree(root, text, file).policy
        if policy is None:
            raise ValueError(f"the ruleset {file} of a decision cannot be used here")
        while len(_remembered) >= _MOST_REMEMBERED:
            del _remembered[next(iter(_remembered))]
        _remembered[text, file] = policy, Evaluator(policy.program, policy.watched())
    policy, evaluator = _remembered[text, file]
    return policy, evaluator.restored(period, state)
