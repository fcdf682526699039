"""Whole rulesets drawn at random, as the YAML text that a person would write, and rows of data for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")

AGENTS = ("a", "B", "9", "10", "李")
MONTHS = ("2025-11", "2025-12", "2026-01", "2026-02", "2026-03")
HEAD = """\
language: 1
ruleset: drawn
version: "1"
currency: CNY
period: month
effective: {from: 2025-11-01, until: 2026-03-31}
snapshot: {agent: agent, period: month}
attributes:
  team: text
  level: [junior, senior, lead]
  hired: date
  left: {type: date, missing: never}
  salary: money
metrics:
  calls: {type: count, range: [0, 5000]}
  quality: {type: ratio, enough: calls >= 20}
  share: {type: ratio, places: 3, rounding: down, missing: 50%}
  hours: {type: number, places: 1}
  net: {type: money}
  wait: {type: duration, unit: min}
  trained: boolean
seasons:
  winter: {from: 12-01, until: 02-10, counts_for: any_day}
"""
CELLS: dict[str, Sequence[str]] = {
    "team": ("x", "x", "y", ""),
    "level": ("junior", "senior", "lead", ""),
    "hired": ("2020-02-29", "2025-12-15", "2026-02-01", ""),
    "left": ("", "", "2026-01-31", "2025-11-01"),
    "salary": ("0", "5000", "4999.995", ""),
    "calls": ("0", "19", "20", "100", "333", ""),
    "quality": ("0", "0.5", "0.85", "0.84995", "1", ""),
    "share": ("0", "0.3335", "1", ""),
    "hours": ("0", "-2.5", "2.45", "7", ""),
    "net": ("0", "-100.005", "33.33", "1000", ""),
    "wait": ("0", "0.5", "5", "12.345", ""),
    "trained": ("yes", "no", ""),
}


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, str]]:
    """Draw rows of one to four agents over up to five months, some of which each agent lacks."""
    agents = draw(st.lists(st.sampled_from(AGENTS), min_size=1, max_size=4, unique=True))
    months = MONTHS[draw(st.integers(0, 4)) :]
    found = [(agent, month) for month in months for agent in agents if draw(st.integers(0, 4))]
    return [
        {"agent": agent, "month": month}
        | {column: draw(st.sampled_from(cells)) for column, cells in CELLS.items()}
        for agent, month in found
    ]


@st.composite
def rulesets(draw: st.DrawFn) -> str:
    """Draw a ruleset that has no problem: parameters, formulas, and one to four rules of any kind."""
    return _Writer(draw).ruleset()


@dataclass
class _Writer:
    """Writes a ruleset.

    `numbers`, `amounts` and `conditions` are what formulas may read so far, `paying` the rules that pay.
    """

    draw: st.DrawFn
    numbers: list[str] = field(default_factory=lambda: ["calls", "quality", "share", "hours"])
    amounts: list[str] = field(default_factory=lambda: ["net", "salary"])
    conditions: list[str] = field(default_factory=lambda: ["trained", "winter"])
    paying: list[str] = field(default_factory=list)
    names: count[int] = field(default_factory=lambda: count(1))

    def ruleset(self) -> str:
        text = HEAD + self._parameters() + self._formulas() + "rules:\n"
        kinds = [self._bonus, self._tiered, self._scorecard, self._star, self._teams, self._credit]
        kinds += [self._adjustment, self._pool, self._ceiling]
        red_lines = [self._red_line() for _ in range(self._number(0, 2))]
        rules = [self._one(kinds)() for _ in range(self._number(1, 3))]
        for red_line in red_lines:  # It may stand before or behind what it affects.
            rules.insert(self._number(0, len(rules)), red_line)
        return text + "".join(rules) + self._total()

    # --- Drawing

    def _number(self, least: int, most: int) -> int:
        return self.draw(st.integers(least, most))

    def _one(self, values: Sequence[T]) -> T:
        return self.draw(st.sampled_from(values))

    def _maybe(self, text: str) -> str:
        return text if self._number(0, 1) else ""

    def _name(self, letter: str) -> str:
        return f"{letter}{next(self.names)}"

    # --- Formulas

    def number(self, depth: int = 2) -> str:
        """Write a formula for a number without a dimension."""
        if depth == 0 or not self._number(0, 3):
            return self._one([*self.numbers, "0", "1", "0.5", "40%", "1 / 3"])

        def x() -> str:
            return self.number(depth - 1)

        forms: list[Callable[[], str]] = [
            lambda: f"({x()} + {x()})",
            lambda: f"({x()} - {x()})",
            lambda: f"{x()} * ({x()})",
            lambda: f"({x()}) / {self._divisor()}",
            lambda: f"{self._one(['min', 'max', 'mean', 'median', 'spread'])}({x()}, {x()}, {x()})",
            lambda: f"{self._one(['abs', 'floor', 'ceil', 'round'])}({x()})",
            lambda: f"clamp({x()}, 0, 1)",
            lambda: f"default({x()}, {x()})",
            lambda: f"({x()} if {self.condition(depth - 1)} else {x()})",
            lambda: "share_of_period(hired, left)",
            lambda: "months_between(hired, period_end)",
            lambda: f"wait / ({self._one(['30 s', 'wait', '1 min'])})",
            lambda: f"({self.money(depth - 1)}) / (salary)",
            lambda: self._group(x()),
            lambda: self._past(x(), depth),
        ]
        return self._one(forms)()

    def _divisor(self) -> str:
        """Write what something is divided by, which may be zero but is not written as zero."""
        return self._one(["calls", "quality", "hours", "by_level", "limit", "3", "(calls - 20)"])

    def _group(self, value: str) -> str:
        within = self._one(["", ", within=team", ", within=level, where=trained"])
        function = self._one(["group_mean", "group_sum", "group_min", "group_max", "rank", "percentile"])
        return f"{function}({value}{within})"

    def _past(self, value: str, depth: int) -> str:
        forms = [
            f"previous({value})",
            f"ytd({value})",
            f"rolling({value}, {self._number(1, 3)})",
            f"rise({value})",
            f"streak({self.condition(depth - 1)})",
        ]
        return self._one(forms)

    def money(self, depth: int = 2) -> str:
        """Write a formula for money."""
        if depth == 0 or not self._number(0, 2):
            return self._one([*self.amounts, "10 CNY", "0.005 CNY"])
        forms: list[Callable[[], str]] = [
            lambda: f"({self.money(depth - 1)} + {self.money(depth - 1)})",
            lambda: f"({self.number(depth - 1)}) * 12.34 CNY",
            lambda: f"{self._one(['min', 'max'])}({self.money(depth - 1)}, {self.money(depth - 1)})",
            lambda: f"({self.money(depth - 1)}) / {self._divisor()}",
            lambda: f"previous({self.money(depth - 1)})",
            lambda: f"group_sum({self.money(depth - 1)}, within=team)",
        ]
        return self._one(forms)()

    def condition(self, depth: int = 2) -> str:
        """Write a condition."""
        if depth == 0 or not self._number(0, 2):
            simple = [*self.conditions, "wait <= 5 min", "calls >= 20", 'level == "junior"']
            return self._one([*simple, 'level in ["senior", "lead"]', "quality < 85%", "hired < 2026-01-01"])
        forms: list[Callable[[], str]] = [
            lambda: f"({self.condition(depth - 1)} and {self.condition(depth - 1)})",
            lambda: f"({self.condition(depth - 1)} or not {self.condition(depth - 1)})",
            lambda: f"{self.number(depth - 1)} {self._one(['<', '<=', '==', '!='])} {self.number(depth - 1)}",
            lambda: f"known({self.number(depth - 1)})",
            lambda: f"0 < {self.number(depth - 1)} <= 1",
        ]
        return self._one(forms)()

    # --- Parameters and formulas

    def _parameters(self) -> str:
        cases = "[{until: 2025-12-31, value: 0.5}, {when: winter, value: 0.75}, {value: 1}]"
        self.numbers += ["limit", "by_level"]
        return f"parameters:\n  limit: {cases}\n  by_level: {{by: level, junior: 1, senior: 0.25, lead: 0}}\n"

    def _formulas(self) -> str:
        text = "formulas:\n  base: 100 CNY\n"
        for _ in range(self._number(0, 2)):
            name = self._name("f")
            places = self._maybe(f", places: {self._number(0, 6)}")
            mode = self._maybe(f", rounding: {self._one(['half_even', 'down', 'up'])}")
            text += f"  {name}: {{value: '{self.number()}'{places}{mode}}}\n"
            self.numbers.append(name)
        return text

    # --- Rules

    def _head(self, name: str, kind: str) -> str:
        effective = self._maybe("    effective: {from: 2025-12-01, until: 2026-02-28}\n")
        applies = self._maybe(f"    applies_to: '{self.condition(1)}'\n")
        return f"  - id: {name}\n    kind: {kind}\n    tags: [earned]\n{effective}{applies}"

    def _when(self) -> str:
        return self._maybe(f"    when: '{self.condition()}'\n")

    def _then(self) -> str:
        steps = [
            f"{{times: '{self.number(1)}'}}",
            f"{{cap: '{self.money(1)}'}}",
            f"{{floor: '{self.money(1)}'}}",
            f"{{plus: '{self.money(1)}'}}",
        ]
        if self.paying:
            per = self._one(["month", "quarter", "year"])
            steps.append(f"{{less_paid: {{rules: {self._one(self.paying)}, per: {per}}}}}")
        return self._maybe(
            f"    then: [{', '.join(self.draw(st.permutations(steps))[: self._number(1, 3)])}]\n"
        )

    def _paying(self, name: str, text: str) -> str:
        held = self._rarely(f"    hold_when: '{self.condition(1)}'\n")
        recognised = self._rarely(f"    recognise: [fine, {{name: better, when: '{self.condition(1)}'}}]\n")
        per = self._one(["month", "quarter", "year"])
        limit = self._rarely(f"    limit: {{pay: '{self.money(1)}', per: {per}}}\n")
        release = self._rarely(f"    release: [{{share: 33.33%}}, {{share: 66.67%, {self._later()}}}]\n")
        back = f"{{share: 40%, within: 2 months, when: '{self.condition(1)}'}}"
        clawback = self._rarely(f"    clawback: {back}\n")
        self.amounts += [f"{name}.amount", f"{name}.final"]
        self.amounts += [f"{name}.deferred"] if release else []
        self.paying.append(name)
        return f"{text}{held}{recognised}{limit}{release}{clawback}"

    def _rarely(self, text: str) -> str:
        return "" if self._number(0, 3) else text

    def _later(self) -> str:
        condition = f"when: '{self.condition(1)}'"
        return self._one(
            ["after: 1 month", f"after: 2 months, {condition}", f"within: 2 months, {condition}"]
        )

    def _bonus(self) -> str:
        name = self._name("bonus_")
        text = f"{self._head(name, 'bonus')}{self._when()}    pay: '{self.money()}'\n{self._then()}"
        return self._paying(name, text)

    def _tiered(self) -> str:
        name = self._name("tiers_")
        style = self._one(["upto", "below"])
        mode = self._one(["slices", "whole", "fixed", "added"])
        amounts = (
            ["rate: 0", "rate: 1.5", "rate: 2.25"] if mode in ("slices", "whole") else ["pay: 5", "pay: 7.77"]
        )
        first, second, last = (self._one(amounts) for _ in range(3))
        bands = f"[{{{style}: 0.25, {first}}}, {{{style}: 0.75, {second}}}, {{{last}}}]"
        head = f"{self._head(name, 'tiered_bonus')}{self._when()}"
        body = f"    measure: '{self.number()}'\n    mode: {mode}\n    tiers: {bands}\n{self._then()}"
        return self._paying(name, head + body)

    def _scorecard(self) -> str:
        name = self._name("card_")
        weights = self._one([("100%",), ("60%", "40%"), ("1 / 3", "2 / 3")])
        parts = [f"      p{index}:\n        weight: {weight}\n" for index, weight in enumerate(weights)]
        text = "".join(part + self._measures() for part in parts)
        grades = self._maybe("    grades: {A: 90, B: 60, C: 0}\n")
        head = self._head(name, "scorecard")
        self.numbers.append(f"{name}.score")
        if grades:
            self.conditions.append(f'{name}.grade == "B"')
        return f"{head}    perspectives:\n{text}{grades}"

    def _measures(self) -> str:
        weights = self._one([("100%",), ("30%", "70%")])
        return "        measures:\n" + "".join(f"          - {self._measure(weight)}\n" for weight in weights)

    def _measure(self, weight: str) -> str:
        form = self._one(
            [
                "zero_at: 0, full_at: 1",
                "zero_at: 90%, full_at: 20%",
                "zero_at: 0, full_at: limit",
                "attainment: 0.9",
                "attainment: 80%, cap: 120%",
                "tiers: [{below: 1, points: [0, 50]}, {below: 2, points: 70}, {points: 100}]",
                "percentile: all",
                "percentile: team",
                "percentile: [0, 0.5, 0.5, 1]",
            ]
        )
        # Hours can be any number, so that every grade can be reached.
        measure = self._one(["hours", "calls", f"hours + {self.number(1)}"])
        unknown = self._one(["reweigh", "40"])
        return (
            f"{{id: {self._name('m')}, measure: '{measure}', weight: {weight}, {form}, unknown: {unknown}}}"
        )

    def _star(self) -> str:
        name = self._name("star_")
        keys = ", ".join(
            f"{{{self._one(['highest', 'lowest'])}: '{self.number(1)}'}}" for _ in range(self._number(1, 2))
        )
        prizes = self._one(
            [
                "[{pay: 100}, {places: 2, pay: 33.34}]",
                "[{share: 50%, at_least: 1, pay: 10.01, recognise: [good]}]",
                "[{pay: '0.1 * base', recognise: [best]}, {recognise: [second]}]",
            ]
        )
        lines = [
            self._maybe("    within: team\n"),
            f"    rank_by: [{keys}]\n",
            f"    ties: {self._one(['share_prizes', 'all_win', 'none_win'])}\n",
            f"    prizes: {prizes}\n",
            self._maybe("    rest: 2 periods\n"),
            self._maybe("    at_least: 2\n"),
            self._maybe("    if_unknown: hold_group\n"),
        ]
        head = f"{self._head(name, 'star_award')}{self._when()}"
        self.conditions.append(f"{name}.wins")
        return self._paying(name, head + "".join(lines))

    def _teams(self) -> str:
        name = self._name("cup_")
        key = f"group_{self._one(['mean', 'sum', 'max'])}({self.number(1)}, within=team)"
        lines = [
            f"    compete: team\n    rank_by: [{{highest: '{key}'}}]\n",
            f"    ties: {self._one(['share_prizes', 'all_win', 'none_win'])}\n",
            "    prizes: [{pay: 100}, {pay: 50.01}]\n",
            self._maybe(f"    split: {{by: {self._one(['calls', 'hours'])}}}\n"),
        ]
        head = f"{self._head(name, 'star_award')}{self._when()}"
        return self._paying(name, head + "".join(lines))

    def _credit(self) -> str:
        name = self._name("credit_")
        upto = self._maybe(", upto: {credits: 60}")
        earn = f"{{credits: 20, per: '{self.number(1)}'{upto}}}"
        second = self._maybe(f", {{credits: '{self.number(1)}', when: '{self.condition(1)}'}}")
        lines = [
            f"    earn: [{earn}{second}]\n",
            self._maybe("    expires_after: 3 months\n"),
            self._maybe("    cap: 100\n"),
            "    recognise: [{at: 50, name: learner}]\n",
        ]
        head = f"{self._head(name, 'growth_credit')}{self._when()}"
        if self._number(0, 1):
            when = self._maybe(f", when: '{self.condition(1)}'")
            lines.append(f"    redeem: {{pay: 1.015{when}}}\n")
            self.amounts.append(f"{name}.amount")
        self.numbers += [f"{name}.credits", f"{name}.balance"]
        return head + "".join(lines)

    def _adjustment(self) -> str:
        name = self._name("account_")
        kept = f"    keeps: {{rest: 'previous({name}.rest) + {self.money(1)}'}}\n"
        forms = [
            f"    pay: '{self.money()}'\n    reason: by hand\n",
            f"    pay: 'min(previous({name}.rest), 50 CNY)'\n    reason: from the account\n{kept}",
        ]
        if self.paying:
            assured = f"{{pay: 100, of: {self._one(self.paying)}}}"
            forms += [f"    draw: {assured}\n", f"    guarantee: {assured}\n"]
        text = f"{self._head(name, 'adjustment')}{self._when()}{self._one(forms)}"
        return self._paying(name, text)

    def _pool(self) -> str:
        name = self._name("pool_")
        lines = [
            f"    budget: '{self._one(['100.01 CNY', '10% * group_sum(net, within=team)'])}'\n",
            "    within: team\n",
            self._maybe(f"    weight: '{self.number(1)}'\n"),
            self._maybe("    if_unknown: hold_group\n"),
        ]
        return self._paying(name, f"{self._head(name, 'pool')}{self._when()}{''.join(lines)}")

    def _ceiling(self) -> str:
        if not self.paying:
            return self._pool()
        name = self._name("ceiling_")
        lines = [
            f"    ceiling: {self._one(['100', '33.34'])}\n",
            f"    over: {self._one(self.paying)}\n",
            self._maybe("    within: level\n"),
            self._maybe(f"    when: {self._one(['trained', 'calls >= 20'])}\n"),
        ]
        return f"  - id: {name}\n    kind: pool\n{''.join(lines)}"

    def _red_line(self) -> str:
        name = self._name("red_")
        consequence = self._one(
            ["void", "hold", "{keep: 33.3%}", f"{{deduct: '{self.money(1)}'}}", "{keep: '1 - 10% * hours'}"]
        )
        lasts = self._maybe("    lasts: 2 periods\n")
        affects = self._maybe("    affects: [earned]\n")
        applies = self._maybe(f"    applies_to: '{self.condition(1)}'\n")
        text = (
            f"  - id: {name}\n    kind: red_line\n{applies}    when: '{self.condition()}'\n"
            f"    consequence: {consequence}\n{lasts}{affects}"
        )
        self.conditions.append(f"{name}.broken")
        return text

    def _total(self) -> str:
        return self._one(["", "total: {floor: none}\n", "total: {carry_rest: yes}\n", "total: {floor: 5}\n"])
