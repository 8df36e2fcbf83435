"""Row numbers of the search index that say what comes first: official documents before others, the newer before the
older, so that the first hits are the first rows and nothing has to be sorted or scored.

A row number is ``class | day | place``: documents that are not official lie 2^40 higher; within a class the day counts
down, with 2^12 places each; above all days lie documents without one, and above those the documents of days that
have no place left (``CROWDED``), which only their date terms can tell. Numbers are small on purpose: a posting in the
index costs a byte more for every seven bits of the distance to the next.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

__all__ = ["CROWDED", "PLACES", "Span", "day_spans", "free_row", "spans"]

PLACES = 12  # bits: 4,096 documents a day and class
LAST_DAY = date(2149, 12, 31)  # the latest day that has rows of its own; what is later shares them
DAYS = 1 << 20  # 2,870 years before it
UNDATED = DAYS << PLACES
CROWDED = 1 << 38
OTHER = 1 << 40


@dataclass(frozen=True, slots=True)
class Span:
    """Rows from ``first`` to ``last``, inclusive; ``dated``: the rows themselves say the day."""

    first: int
    last: int
    dated: bool = True


def spans() -> Iterator[Span]:
    """All rows, in order."""
    yield Span(0, 2 * OTHER - 1)


def day_spans(after: date | None, before: date | None) -> Iterator[Span]:
    """The rows that documents from ``after`` to ``before`` (inclusive; None: open) can have, in order. Undated ones are
    never meant."""
    newest = 0 if before is None else _count_down(before)
    oldest = DAYS - 1 if after is None else _count_down(after)
    for base in (0, OTHER):
        if newest <= oldest:
            yield Span(base + (newest << PLACES), base + (oldest + 1 << PLACES) - 1)
        yield Span(base + CROWDED, base + OTHER - 1, dated=False)


def free_row(conn: sqlite3.Connection, official: bool, day: date | None, held: int | None) -> int:
    """The row for a document: ``held``, its present one, where that is right still, else the next free one."""
    base = 0 if official else OTHER
    if day is None:
        first, last = base + UNDATED, base + CROWDED - 1
    else:
        first = base + (_count_down(day) << PLACES)
        last = first + (1 << PLACES) - 1
    if held is not None and first <= held <= last:
        return held
    row = _next(conn, first, last)
    if row > last:
        first, last = base + CROWDED, base + OTHER - 1
        row = held if held is not None and first <= held <= last else _next(conn, first, last)
    return row


def _next(conn: sqlite3.Connection, first: int, last: int) -> int:
    taken = conn.execute("SELECT max(id) FROM search_rows WHERE id BETWEEN ? AND ?", [first, last]).fetchone()[0]
    return first if taken is None else int(taken) + 1


def _count_down(day: date) -> int:
    return min(max((LAST_DAY - day).days, 0), DAYS - 1)
