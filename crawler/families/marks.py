"""How sure a content system is, from marks in the page's source and in its addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.family import Page

__all__ = ["Mark", "weigh"]

LOOKED_AT = 40_000  # characters at either end: marks stand in the head and in the scripts below


@dataclass(frozen=True, slots=True)
class Mark:
    """``words`` of which one must occur, and the ``rule`` that must hold then (None: the word is enough). Words are
    found ten times faster than a rule, and in ``addresses`` (those that the page links to, and its own) ten times
    faster than in the whole source."""

    weight: float
    words: tuple[str, ...]
    rule: re.Pattern[str] | None = None
    addresses: bool = False


def weigh(marks: Sequence[Mark], page: Page) -> float:
    """The sum of the weights of the marks that occur, at most 1. Each mark counts once."""
    text = page.text
    if len(text) > 2 * LOOKED_AT:
        text = f"{text[:LOOKED_AT]}\n{text[-LOOKED_AT:]}"
    return min(1.0, sum(mark.weight for mark in marks if _occurs(page.addresses if mark.addresses else text, mark)))


def _occurs(where: str, mark: Mark) -> bool:
    return any(word in where for word in mark.words) and (mark.rule is None or mark.rule.search(where) is not None)
