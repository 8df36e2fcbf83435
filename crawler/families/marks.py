"""How sure a content system is, from marks in the page's source and its address."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["weigh"]


def weigh(marks: Sequence[tuple[re.Pattern[str], float]], text: str, url: str | None) -> float:
    """The sum of the weights of the marks that occur, at most 1. Each mark counts once."""
    where = f"{url or ''}\n{text}"
    return min(1.0, sum(weight for mark, weight in marks if mark.search(where)))
