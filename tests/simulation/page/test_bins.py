"""Amounts are sorted into steps whose ends people can read."""

from __future__ import annotations

import pytest

from incentive_engine.simulation.page.bins import Step, change_steps, round_width, steps
from incentive_engine.simulation.page.words import told_apart


@pytest.mark.parametrize(
    ("most", "width"),
    [
        (0, 100),  # nothing is a step of 1
        (20_00, 100),  # 20 steps of 1
        (20_01, 200),  # would be 21 steps of 1
        (41_00, 500),
        (101_00, 1000),
        (1_000_00, 5000),
    ],
)
def test_steps_are_as_narrow_as_twenty_of_them_can_be(most: int, width: int) -> None:
    assert round_width([most], 100) == width


def test_a_currency_without_cents_has_steps_of_whole_units() -> None:
    assert round_width([-5, 15], 1) == 1


def test_an_amount_between_two_steps_belongs_to_the_upper_one() -> None:
    assert steps([10, 19], 10) == [Step(10, 20, 2)]


def test_a_step_that_nobody_is_in_is_still_a_step() -> None:
    assert [step.count for step in steps([5, 25], 10)] == [1, 0, 1]


def test_a_loss_between_two_steps_belongs_to_the_one_nearer_to_nothing() -> None:
    assert change_steps([-20, -21, 20, 21, 0], 10) == [
        Step(-30, -20, 1),
        Step(-20, -10, 1),
        Step(10, 20, 1),
        Step(20, 30, 1),
    ]


def test_names_that_are_the_same_are_told_apart() -> None:
    assert told_apart(["a", "b", "a", "a"]) == ["a", "b", "a (2)", "a (3)"]
