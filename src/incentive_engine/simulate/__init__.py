"""What-if: two rulesets compared over the same population."""

from incentive_engine.simulate.comparison import Comparison
from incentive_engine.simulate.simulation import ComparisonError, simulate
from incentive_engine.simulate.tables import Cell, Table

__all__ = ["Cell", "Comparison", "ComparisonError", "Table", "simulate"]
