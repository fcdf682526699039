"""The names of a ruleset: one namespace, each meaning built when something first reads it."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType

from incentive_engine.kinds.interface import Step
from incentive_engine.language.function import Function
from incentive_engine.language.functions import FUNCTIONS
from incentive_engine.language.names import closest, no_such_name
from incentive_engine.language.tokens import JOINING_WORDS, TRUTH_WORDS, UNITS
from incentive_engine.language.types import Value
from incentive_engine.ruleset.problems import Problem, Span

Meaning = tuple[Value, tuple[Step, ...]]
Results = Mapping[str, Callable[[Span], Value | None]]

# What no name may be: the words of the language itself.
RESERVED = frozenset({*FUNCTIONS, *UNITS, *TRUTH_WORDS, *keyword.kwlist, "all", "by"})


@dataclass(frozen=True, slots=True)
class Lost:
    """Names of what does not fit the shape of a ruleset.

    What refers to one of them cannot be judged, and has no problem of its own. `others` says that there are
    further ones that cannot be told.
    """

    names: tuple[str, ...] = ()
    others: bool = False

    def __contains__(self, name: str) -> bool:
        """Return whether a name is one of them, for all that is known."""
        return self.others or name in self.names


@dataclass(slots=True)
class Namespace:
    """What every name means, with the steps that tell where its value comes from.

    `define` says how a name's meaning is built; it is built once, on demand, so that names may be written in
    any order. `define_rule` says the same of rules, whose results are read as `card.score`. What reads
    itself, directly or not, is reported as a cycle. Nothing is said about what reads a name that is
    `lost`.
    """

    report: Callable[[Problem], None]
    lost: Lost = Lost()
    _builders: dict[str, Callable[[], Meaning]] = field(default_factory=dict)
    _meanings: dict[str, Meaning] = field(default_factory=dict)
    _rules: dict[str, Callable[[], Results]] = field(default_factory=dict)
    _tables: dict[str, Function] = field(default_factory=dict)
    _checks: list[Callable[[], object]] = field(default_factory=list)
    _kept: dict[str, Mapping[str, Value]] = field(default_factory=dict)
    _in_progress: list[str] = field(default_factory=list)
    _spans: dict[str, Span] = field(default_factory=dict)

    def beside(self) -> Namespace:
        """Return an empty namespace that knows what is being built in this one: names that mean otherwise."""
        return Namespace(self.report, self.lost, _in_progress=self._in_progress)

    def define(self, name: str, span: Span, build: Callable[[], Meaning]) -> None:
        """Add a name; a name that is taken is reported."""
        if self._is_free(name, span):
            self._builders[name] = build

    def define_rule(
        self,
        name: str,
        span: Span,
        results: Callable[[], Results],
        kept: Mapping[str, Value] = MappingProxyType({}),
    ) -> None:
        """Add a rule's id; `kept` is what the period before left of what the rule keeps."""
        if self._is_free(name, span):
            self._rules[name] = results
            self._kept[name] = kept

    def define_table(self, function: Function, span: Span, check: Callable[[], object]) -> None:
        """Add a table, which formulas call; `check` reports what is wrong with it, also where none does."""
        if self._is_free(function.name, span):
            self._tables[function.name] = function
            self._checks.append(check)

    def value(self, name: str, at: Span) -> Value | None:
        """Return what a name stands for, or None after its problem has been reported."""
        if name in self._rules:
            self.report(Problem("IE3020", {"name": name}, at))
            return None
        if name not in self._builders:
            self._report_strange(name, self.candidates(), at)
            return None
        meaning = self.meaning(name, at)
        return meaning[0] if meaning else None

    def result(self, rule: str, result: str, at: Span) -> Value | None:
        """Return a rule's result, or None after its problem has been reported."""
        if rule in self._builders:
            self.report(Problem("IE3027", {"name": rule}, at))
            return None
        if rule not in self._rules:
            self._report_strange(rule, self._rules, at)
            return None
        if self.is_cycle(rule, at):
            return None
        results = self._rules[rule]()
        if result not in results:
            meant = closest(result, results)
            values = {"rule": rule, "name": result, "results": ", ".join(results), "meant": meant or ""}
            self.report(Problem("IE3022" if meant else "IE3021", values, at))
            return None
        return results[result](at)

    def kept(self, rule: str, result: str) -> Value | None:
        """Return what was left of something that a rule keeps, or None where it keeps none such."""
        return self._kept.get(rule, {}).get(result)

    def candidates(self) -> Iterable[str]:
        """Return every name that `value` knows."""
        return [*self._builders, *self._rules, *self.lost.names]

    def tables(self) -> Mapping[str, Function]:
        """Return the ruleset's tables, which formulas call as functions."""
        return self._tables

    def is_lost(self, name: str) -> bool:
        """Return whether a name may be that of something that could not be read."""
        return name in self.lost

    def meaning(self, name: str, at: Span) -> Meaning | None:
        """Return a defined name's value and origin, built once; None where a problem was reported."""
        if name in self._meanings:
            return self._meanings[name]
        if self.is_cycle(name, at):
            return None
        with self.building(name):
            meaning = self._builders[name]()
        return self._meanings.setdefault(name, meaning)

    def build_all(self) -> None:
        """Build every name and table, so that the problems of those that nothing reads are found, too."""
        for name in self._builders:
            self.meaning(name, self._spans[name])
        for check in self._checks:
            check()

    def origin(self, name: str) -> tuple[Step, ...]:
        """Return the steps that tell where a name's value comes from; none for the result of a rule."""
        meaning = self._meanings.get(name)
        return meaning[1] if meaning else ()

    def origins(self) -> dict[str, tuple[Step, ...]]:
        """Return the steps that tell where each name's value comes from."""
        return {name: meaning[1] for name, meaning in self._meanings.items()}

    @contextmanager
    def building(self, name: str) -> Iterator[None]:
        """Note that a name is being built while the block runs."""
        self._in_progress.append(name)
        try:
            yield
        finally:
            self._in_progress.pop()

    @property
    def innermost(self) -> str:
        """The name that is being built now, nothing where none is."""
        return self._in_progress[-1] if self._in_progress else ""

    def is_cycle(self, name: str, at: Span) -> bool:
        """Report a name that is being built already: what it means would depend on itself."""
        if name not in self._in_progress:
            return False
        members: Sequence[str] = [*self._in_progress[self._in_progress.index(name) :], name]
        self.report(Problem("IE3023", {"names": " → ".join(members)}, at))
        return True

    def _report_strange(self, name: str, candidates: Iterable[str], at: Span) -> None:
        if name not in self.lost:
            self.report(no_such_name(name, candidates, at))

    def _is_free(self, name: str, span: Span) -> bool:
        if name in RESERVED or name.lower() in JOINING_WORDS:
            self.report(Problem("IE3026", {"name": name}, span))
        if name in self._spans:
            self.report(Problem("IE3024", {"name": name}, span, (self._spans[name],)))
            return False
        self._spans[name] = span
        return True
