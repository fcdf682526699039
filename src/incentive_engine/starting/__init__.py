"""A ruleset to begin with: commented in the reader's language, with its tests and some rows of data."""

from incentive_engine.starting.starting import KINDS, Start, start

__all__ = ["KINDS", "Start", "start"]
