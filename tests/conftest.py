"""Settings that all tests share."""

from __future__ import annotations

from hypothesis import settings

# `ci` draws the same examples in every run, so a failure is a failure of the change at hand.
# `thorough` searches on: pytest --hypothesis-profile=thorough
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=100, print_blob=True)
settings.register_profile("thorough", deadline=None, max_examples=5000, print_blob=True)
settings.load_profile("ci")
