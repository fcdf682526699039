"""How many examples a property test draws."""

from __future__ import annotations

from hypothesis import settings

_IN_EVERY_RUN = 100


def draws(count: int) -> int:
    """Return `count` for the run of every change, and as many times more as the chosen profile searches on.

    A test that costs more than most gives its own count here, so that `--hypothesis-profile=thorough` is
    thorough for it as well.
    """
    return count * settings().max_examples // _IN_EVERY_RUN
