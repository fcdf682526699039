"""The policy as a document for the people it pays, from the same ruleset that pays them."""

from incentive_engine.handbook.handbook import Handbook

__all__ = ["Handbook"]
