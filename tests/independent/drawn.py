"""Populations drawn at random: cells on edges, just beside them, and empty; agents with gaps; many ties."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

# Compared as text "A10" stands before "A2", and a small letter behind a capital one.
AGENTS = ("A2", "A10", "B1", "b1", "C7", "D4", "李")
MONTHS = tuple(f"2026-{month:02}" for month in range(1, 13))

Cells = dict[str, Sequence[str]]

FLAGSHIP: Cells = {
    "team": ("x", "x", "x", "x", "y", ""),
    "level": ("junior", "senior", "lead", ""),
    "base_salary": ("5000", "0", "812.35", "4800.555", ""),
    "hired": ("2019-05-01", "2019-05-01", "2026-03-15", "2026-11-02", "2027-01-01", ""),
    "left": ("", "", "", "2026-03-20", "2026-11-30", "2025-12-31"),
    "handled": ("650", "900", "1250", "300", "299", "200", "199", "500", "1000", "1500", "0", ""),
    "complexity": ("1", "1.17", "0.8", "1.5", "1.005", "0.999", ""),
    "csat": ("0.9", "0.85", "0.7", "0.8463", "0.86995", "1", ""),
    "csat_surveys": ("20", "50", "19", "0", ""),
    "fcr": ("0.9", "0.9", "0.8", "0.5", "0.73335", "0.7667", ""),
    "first_response_minutes_avg": ("0.5", "2", "2", "4.35", "3.3333", "16", ""),
    "compliance": ("0.97", "1", "0.95", "0.94995", "0.9499", "0.9", ""),
    "customer_thanks": ("0", "2", "3", "3", "5", "11", ""),
    "pii_breaches": ("0", "0", "0", "0", "0", "1", ""),
    "late_count": ("0", "0", "2", "3", "7", ""),
    "training_hours": ("0", "7.25", "34", "2.05", ""),
    "cert_level": ("1", "2", "5", ""),
}
GROWTH: Cells = {
    "team": ("x", "x", "x", "y", "y", "z", ""),
    "level": ("junior", "senior", "lead", ""),
    "handled": ("300", "450", "777", "1000", "299", "100", "99", ""),
    "fcr": ("0.73", "0.75", "0.81", "0.82", "0.8299", "0.87005", "0.9", ""),
    "customer_thanks": ("0", "2", "2", "5", ""),
    "pii_breaches": ("0", "0", "0", "0", "0", "0", "0", "1", ""),
    "late_count": ("0", "0", "0", "3", "9", ""),
    "training_hours": ("0", "12.5", "20.05", "20.05", "190", "190", ""),
    "cert_level": ("1", "2", "5", ""),
}
# What these leave out, so that what is rare otherwise is common: full balances, and teams that are equal.
FULL_BALANCES: Cells = GROWTH | {
    "pii_breaches": ("0",),
    "training_hours": ("0", "12.5", "190", "190"),
    "cert_level": ("1", "3"),
}
EQUAL_TEAMS: Cells = GROWTH | {
    "team": ("x", "y", "z"),
    "fcr": ("0.8",),
    "handled": ("100", "300", "777"),
    "pii_breaches": ("0",),
}
BANK: Cells = {
    "calls_handled": ("0", "49", "50", "800", "801", "1600", "2417", ""),
    "service_time_seconds_median": ("65.0", "89.95", "90", "119.9", "120", ""),
    "short_calls_under_10s_rate": ("0.05", "0.1", "0.10004", "0.10005", "0.0751", "0.2", "0.25", ""),
    "repeat_call_7d_base": ("49", "50", "0", ""),
    "repeat_call_7d_rate": ("0.65", "0.65004", "0.65005", "0.7", ""),
}


@st.composite
def populations(draw: st.DrawFn, cells: Cells, *, most: int = 7) -> list[dict[str, str]]:
    """Draw rows of some agents over up to seven months in a row, some of which each agent may lack."""
    agents = draw(st.lists(st.sampled_from(AGENTS), min_size=1, max_size=most, unique=True))
    first = draw(st.integers(0, len(MONTHS) - 1))
    window = MONTHS[first : first + draw(st.integers(1, 7))]
    rows = []
    for month in window:
        for agent in agents:
            if draw(st.integers(0, 5)):  # One in six is missing.
                drawn = {column: draw(st.sampled_from(values)) for column, values in cells.items()}
                rows.append({"agent_id": agent, "month": month, **drawn})
    return rows
