"""Whole populations at once, column by column, with polars: the same integers as one agent at a time.

Raises:
    ImportError: if polars is not installed.
"""

try:
    import polars as pl  # noqa: F401 -- every module of the package needs it
except ImportError as error:
    raise ImportError(
        "whole populations in columns need polars: pip install 'incentive-engine[columns]'"
    ) from error
