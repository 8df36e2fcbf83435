"""Answers about a short text that are kept: a site prints the same menu, footer and styles around every page, and one
page asks the same of a line in several rooms."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

__all__ = ["remembered"]

T = TypeVar("T")

LONGEST = 400  # characters; longer texts seldom come again, and a hostile page must not fill the memory
MOST = 4096  # texts of one function


def remembered(ask: Callable[[str], T]) -> Callable[[str], T]:
    """``ask``, a pure function of one text, with its answers to the latest short texts kept."""
    short = lru_cache(MOST)(ask)

    @wraps(ask)
    def asked(text: str) -> T:
        return short(text) if len(text) <= LONGEST else ask(text)

    return asked
