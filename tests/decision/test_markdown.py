"""What people write stands in Markdown as they wrote it."""

from __future__ import annotations

import pytest

from incentive_engine.decision.markdown import escaped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("csat_surveys is 10.", "csat\\_surveys is 10."),
        ("`handled * complexity` = 990", "`handled * complexity` = 990"),
        ("`a_b` and c_d and `<e>`", "`a_b` and c\\_d and `<e>`"),
        ("team <b>1</b> & [2](x)", "team \\<b\\>1\\</b\\> \\& \\[2\\](x)"),
        ("one ` backtick_", "one \\` backtick\\_"),
        ("```<script>`", "\\`\\`\\`\\<script\\>\\`"),
        ("`a``<b>`", "\\`a\\`\\`\\<b\\>\\`"),
        ("100 % \\ #1", "100 % \\\\ \\#1"),
    ],
)
def test_only_a_pair_of_backticks_makes_code_and_all_else_is_plain_text(text: str, expected: str) -> None:
    assert escaped(text) == expected
