"""Rule kinds are found by entry points, the built-in ones like those of other packages."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from incentive_engine.kinds.bonus import Bonus
from incentive_engine.kinds.interface import Built, Context, Rule
from incentive_engine.kinds.registry import GROUP, KindError, installed_kinds, kinds_from
from incentive_engine.texts import catalogue, fill


class Praise(Rule):
    """A kind of another package, which brings its own texts."""

    texts = '[acme_praised]\nen = "praised"\nzh = "表扬"\n'

    def build(self, context: Context) -> Built:
        """Return nothing."""
        del context
        return Built({}, ())


@pytest.fixture(autouse=True)
def _acme(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("acme")
    vars(module).update(Praise=Praise, number=7, NotARule=dict)
    monkeypatch.setitem(sys.modules, "acme", module)
    monkeypatch.setattr(catalogue, "_added", {})


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, GROUP)


def test_the_built_in_kinds_are_installed_in_the_order_of_their_names() -> None:
    assert list(installed_kinds()) == sorted(installed_kinds())
    built_in = {"bonus", "growth_credit", "red_line", "scorecard", "star_award", "tiered_bonus"}
    assert built_in <= installed_kinds().keys()
    assert installed_kinds()["bonus"] is Bonus


def test_the_kinds_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        installed_kinds()["bonus"] = Praise  # type: ignore[index] # That is what must not work.


def test_a_kind_of_another_package_comes_with_its_texts() -> None:
    assert kinds_from([point("praise", "acme:Praise")]) == {"praise": Praise}
    assert fill("acme_praised", {}, "zh") == "表扬"


def test_two_kinds_of_the_same_name_are_refused() -> None:
    points = [point("praise", "acme:Praise"), point("praise", "incentive_engine.kinds.bonus:Bonus")]
    with pytest.raises(KindError, match="two packages offer the rule kind 'praise'"):
        kinds_from(points)


@pytest.mark.parametrize("value", ["nowhere.acme:Praise", "acme:Blame"])
def test_a_kind_that_is_not_there_is_refused_with_its_name(value: str) -> None:
    with pytest.raises(KindError, match="the rule kind 'praise' cannot be loaded from"):
        kinds_from([point("praise", value)])


@pytest.mark.parametrize("value", ["acme:number", "acme:NotARule"])
def test_what_is_no_rule_is_refused(value: str) -> None:
    with pytest.raises(KindError, match="is not a Rule"):
        kinds_from([point("praise", value)])
