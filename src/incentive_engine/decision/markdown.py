"""Text made safe to stand in Markdown."""

from __future__ import annotations

import re

# A pair of single backticks with something between them, or one of the characters that mean something.
_CODE_OR_SPECIAL = re.compile(r"((?<!`)`[^`]+`(?!`))|([\\`*_{}\[\]<>#|~&])")


def escaped(text: str) -> str:
    r"""Return a sentence for Markdown: what stands in backticks is code, all else means only itself.

    >>> print(escaped("`handled * complexity` of *team_1*"))
    `handled * complexity` of \*team\_1\*
    """
    return _CODE_OR_SPECIAL.sub(lambda found: found[1] or f"\\{found[2]}", text)
