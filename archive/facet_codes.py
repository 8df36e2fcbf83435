"""A document's facets as one number, so that twenty thousand hits are counted in a few hundredths of a second.

Each field has a few bits of it, which hold the number of the value in ``search_values``; 0: the document does not say;
the highest number of a field stands for every value that came when all others were taken. The place of a document is
that of its source.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping

__all__ = ["CODED", "count_codes", "facet_code"]

CODED = {"publisher": 22, "source": 13, "genre": 10, "year": 8, "validity": 6, "trust": 3}
"""Bits of each field, together 62: SQLite's integers are signed. Order matters: it is stored."""
NUMBERED = "SELECT number FROM search_values WHERE field = ? AND value = ?"
ADD = """
    INSERT INTO search_values (field, number, value)
    SELECT ?, coalesce(max(number), 0) + 1, ? FROM search_values WHERE field = ? RETURNING number
"""


def facet_code(conn: sqlite3.Connection, values: Mapping[str, str | None]) -> int:
    """The number of these values; new ones are written down (within the caller's transaction)."""
    code = 0
    for field, bits in CODED.items():
        value = values[field]
        number = _number(conn, field, value, (1 << bits) - 1) if value else 0
        code = code << bits | number
    return code


def _number(conn: sqlite3.Connection, field: str, value: str, most: int) -> int:
    row = conn.execute(NUMBERED, [field, value]).fetchone()
    if row is None:
        last = conn.execute("SELECT max(number) FROM search_values WHERE field = ?", [field]).fetchone()[0] or 0
        row = conn.execute(ADD, [field, value, field]).fetchone() if last < most - 1 else (most,)
    return int(row[0])


def count_codes(conn: sqlite3.Connection, codes: Iterable[int]) -> dict[str, Counter[str]]:
    """How often each value of each field comes up; what a document does not say is not counted."""
    codes = list(codes)
    shift, counted = 0, {}
    for field, bits in reversed(CODED.items()):
        mask = (1 << bits) - 1
        numbers = Counter([code >> shift & mask for code in codes])
        shift += bits
        names = _values(conn, field, numbers)
        counted[field] = Counter({names[number]: count for number, count in numbers.items() if number in names})
    return counted


def _values(conn: sqlite3.Connection, field: str, numbers: Iterable[int]) -> dict[int, str]:
    query = "SELECT value FROM search_values WHERE field = ? AND number = ?"
    found = {number: conn.execute(query, [field, number]).fetchone() for number in numbers}
    return {number: row[0] for number, row in found.items() if row}
