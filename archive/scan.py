"""The rows of a query's hits, read once: all of them where they are few, the first of them where they are many.

Words that each stand in half of the documents but hardly ever together cost the most: the index walks through all of
them. So that is done once for a page, and its total, its facets and its last tier of hits come from it.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from archive.conditions import Conditions

__all__ = ["EXACT", "Scan", "rows_of", "scan"]

EXACT = 20_000
ROWS = "SELECT rowid FROM search_index WHERE search_index MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid"
MATCHES = "SELECT 1 FROM search_index WHERE search_index MATCH ? AND rowid = ?"


@dataclass(frozen=True, slots=True)
class Scan:
    """``rows`` in order; ``whole``: there are no others, else there are more, which ``others`` gives one by one."""

    found: Conditions
    rows: list[int]
    whole: bool
    others: Iterator[int]

    def holds(self, conn: sqlite3.Connection, row: int) -> bool:
        """Whether a row is a hit."""
        at = bisect_left(self.rows, row)
        if at < len(self.rows):
            return self.rows[at] == row
        asked = () if self.whole else (a for a in self.found.asked() if a.first <= row <= a.last)
        return any(conn.execute(MATCHES, [a.match, row]).fetchone() for a in asked)


def scan(conn: sqlite3.Connection, found: Conditions) -> Scan:
    """The rows of all hits up to EXACT."""
    all_rows = rows_of(conn, found)
    rows = list(islice(all_rows, EXACT + 1))
    return Scan(found, rows[:EXACT], len(rows) <= EXACT, chain(rows[EXACT:], all_rows))


def rows_of(conn: sqlite3.Connection, found: Conditions, match: str | None = None, first: int = 0) -> Iterator[int]:
    """The rows from ``first`` on that fulfil one of the query's expressions (default: all hits), in order, read as far
    as somebody asks for them."""
    for asked in found.asked(match):
        for (row,) in conn.execute(ROWS, [asked.match, max(asked.first, first), asked.last]):
            yield row
