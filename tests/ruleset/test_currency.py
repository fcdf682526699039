"""The table of currencies is the published one."""

from __future__ import annotations

from iso4217 import Currency

from incentive_engine.ruleset.currency import PLACES


def test_the_places_are_those_of_iso_4217() -> None:
    """The package iso4217 carries the list that the standard's maintenance agency publishes."""
    published = {currency.code: currency.exponent for currency in Currency if currency.exponent is not None}
    assert published == PLACES


def test_some_that_everybody_knows() -> None:
    assert [PLACES[code] for code in ("CNY", "HKD", "JPY", "KWD", "CLF")] == [2, 2, 0, 3, 4]
