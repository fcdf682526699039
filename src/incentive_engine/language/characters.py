"""Which characters a formula may be written with: full-width signs mean the same as plain ones."""

from __future__ import annotations

import unicodedata

_LOOK_ALIKES = {
    "×": "*",
    "÷": "/",
    "−": "-",
    "–": "-",
    "、": ",",
    "￥": "¥",
    "【": "[",
    "】": "]",
    "“": '"',
    "”": '"',
    "„": '"',
    "‘": "'",
    "’": "'",
}
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SPACES = {chr(code): " " for code in (0x0A, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)}
_PLAIN = str.maketrans(_FULL_WIDTH | _LOOK_ALIKES | _SPACES)

# Control and formatting characters, line separators, and what Unicode leaves unassigned or private.
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def plain(text: str) -> str:
    """Return the text with full-width signs and digits as plain ones; its length does not change.

    >>> plain("ｍin（Ａ，８００）×４０％")
    'min(A,800)*40%'
    """
    return text.translate(_PLAIN)


def first_unseen(text: str) -> int | None:
    r"""Return the index of the first character that nobody can see, or None; a line feed is a space.

    >>> first_unseen("a b"), first_unseen("a\tb"), first_unseen("a" + chr(0x200B) + "b")
    (None, 1, 1)
    """
    return next(
        (at for at, each in enumerate(text) if unicodedata.category(each) in _UNSEEN and each != "\n"), None
    )
