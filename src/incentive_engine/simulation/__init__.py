"""What-if: two rulesets compared over the same population."""

from incentive_engine.simulation.comparison import Comparison
from incentive_engine.simulation.simulation import ComparisonError, simulate
from incentive_engine.simulation.tables import Cell, Table

__all__ = ["Cell", "Comparison", "ComparisonError", "Table", "simulate"]
