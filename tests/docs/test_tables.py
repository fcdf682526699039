"""What the tables of the pages say about rulesets and functions is so."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from incentive_engine import Decision, parse_ruleset
from incentive_engine.kinds.registry import installed_kinds
from incentive_engine.language.functions import FUNCTIONS
from tests.docs.pages import ROOT

Row = dict[str, str]
Shown = Callable[[Decision], object]


def text(page: str) -> str:
    return (ROOT / "docs" / page).read_text(encoding="utf-8")


def tables(page: str) -> list[list[Row]]:
    """Return the tables of a page that begin with an agent."""
    found = re.findall(r"(?:^\|.*\n)+", text(page), flags=re.MULTILINE)
    rows = [
        [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in each.splitlines()]
        for each in found
        if each.startswith("| agent_id")
    ]
    return [[dict(zip(head, row, strict=True)) for row in body] for head, _, *body in rows]


def decisions(page: str, number: int, data: list[Row]) -> list[Decision]:
    """Return the decisions of a page's ruleset on the rows of a table, in the order of the table."""
    ruleset = parse_ruleset(re.findall(r"```yaml\n(.*?)```", text(page), flags=re.DOTALL)[number])
    columns = {"agent_id", "month"} | {field.column for field in ruleset.policy.fields}
    made = ruleset.evaluate_all(
        [{name: row.get(name) or None for name in row.keys() & columns} for row in data]
    )
    return [made.of(row["agent_id"], row["month"]) for row in data]


def number(value: object) -> str:
    """Return a value as the tables show it."""
    return (
        "unknown" if value is None else f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
    )


def held(page: str, which: int, data: list[Row], said: list[Row], shown: dict[str, Shown]) -> None:
    made = decisions(page, which, data)

    assert len(made) == len(said)
    for decision, row in zip(made, said, strict=True):
        assert {name: number(read(decision)) for name, read in shown.items()} == {
            name: number(Decimal(row[name])) if re.fullmatch(r"[\d.]+", row[name]) else row[name]
            for name in shown
        }


def result(name: str) -> Shown:
    return lambda decision: decision.line("learning").results[name]


def test_the_balance_on_the_page_of_growth_credits() -> None:
    (table,) = tables("kinds/growth-credit.md")

    held(
        "kinds/growth-credit.md",
        0,
        table,
        table,
        {
            "earned": result("credits"),
            "balance": result("balance"),
            "redeemed": result("redeemed"),
            "pay": lambda decision: decision.total,
        },
    )


def test_what_red_lines_leave_on_their_page() -> None:
    (table,) = tables("kinds/red-line.md")

    def best(decision: Decision) -> object:
        line = decision.line("best")
        return line.outcome if line.final is None else line.final

    shown: dict[str, Shown] = {
        "credits": lambda decision: decision.line("learning").credits,
        "best": best,
    }
    held("kinds/red-line.md", 0, table, table, shown)


def test_the_places_and_prizes_on_the_page_of_star_awards() -> None:
    data, said, team = tables("kinds/star-award.md")

    def place(decision: Decision) -> object:
        found = decision.line("service_star").results["place"]
        return "" if found is None else found

    held(
        "kinds/star-award.md",
        0,
        data,
        said,
        {"place": place, "pay": lambda decision: decision.line("service_star").final},
    )
    held("kinds/star-award.md", 1, team, team, {"pay": lambda decision: decision.total})


def test_the_guide_lists_every_function_as_the_language_has_it() -> None:
    functions = text("language/values.md").partition("## Functions")[2]
    listed = re.findall(r"^\| `([^`]+)` \| (.*) \|$", functions, flags=re.MULTILINE)

    assert listed == [(function.signature, function.summary["en"]) for function in FUNCTIONS.values()]


def test_each_kind_of_the_package_has_a_page_that_the_first_page_leads_to() -> None:
    ours = [
        name for name, kind in installed_kinds().items() if kind.__module__.startswith("incentive_engine.")
    ]
    pages = {f"kinds/{name.replace('_', '-')}.md" for name in ours}

    assert {page for page in pages if not (ROOT / "docs" / page).exists()} == set()
    assert {page for page in pages if f"]({page})" not in text("index.md")} == set()
