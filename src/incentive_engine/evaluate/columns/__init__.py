"""Whole populations at once, column by column, with polars: the same integers as one agent at a time."""
