"""How many documents a query means, and how they are spread over publishers, sources, places, years …

Exact up to EXACT hits. Beyond, the spread is that of a sample (slices of the rows at even distances, so that every
day has the same chance) and marked so; the number is counted as far as the time goes, and marked where it did not.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import monotonic

from archive.conditions import Asked
from archive.facet_codes import count_codes
from archive.query import quotable
from archive.ranking import zones
from archive.regions import region_name
from archive.scan import Scan

__all__ = ["FACETS", "Facet", "FacetValue", "Survey", "survey"]

EVERY = 40  # rows, of which a sample has one: at least 500 of EXACT hits
SLICES = 25
COUNTED_IN = 64  # pieces, after each of which the clock is looked at
MOST_VALUES = 12  # of a facet; years are all given
FACETS = ("publisher", "source", "region", "year", "genre", "trust", "validity")

CODES = """
    SELECT f.code FROM (SELECT rowid FROM search_index WHERE search_index MATCH ? AND rowid BETWEEN ? AND ?) i
    CROSS JOIN search_facets f ON f.id = i.rowid
"""
CODES_OF = "SELECT f.code FROM json_each(?) r CROSS JOIN search_facets f ON f.id = r.value"
COUNT = "SELECT count(*) FROM search_index WHERE search_index MATCH ? AND rowid BETWEEN ? AND ?"
BOUNDS = "SELECT min(id), max(id) FROM search_rows WHERE id BETWEEN ? AND ?"


@dataclass(frozen=True, slots=True)
class FacetValue:
    """``label`` for people; ``term``: what to add to the query to see these documents only."""

    value: str
    label: str
    count: int
    term: str


@dataclass(frozen=True, slots=True)
class Facet:
    """The most frequent values first; years in order. Documents that do not say are in none. ``exact`` False: the
    counts are those of a sample, put up to the whole."""

    field: str
    values: tuple[FacetValue, ...]
    exact: bool


@dataclass(frozen=True, slots=True)
class Survey:
    """``exact`` False: there are more than ``total``."""

    total: int
    exact: bool
    facets: tuple[Facet, ...]


def survey(conn: sqlite3.Connection, scanned: Scan, seconds: float | None, *, facets: bool) -> Survey:
    """Count the hits and, where ``facets`` are asked for, their spread. ``seconds``: time for counting those behind the
    first EXACT; None: as long as it takes."""
    if scanned.whole:
        total = len(scanned.rows)
        return Survey(total, True, _facets(conn, _codes_of(conn, scanned.rows), 1.0) if facets else ())
    end = None if seconds is None else monotonic() + seconds
    parts = [part for asked in scanned.found.asked() for part in _occupied(conn, asked)]
    sample = _sample(conn, parts) if facets else []
    rest = [Asked(a.match, max(a.first, scanned.rows[-1] + 1), a.last) for a in parts if a.last > scanned.rows[-1]]
    behind, exact = _count(conn, rest, end)
    total = len(scanned.rows) + behind
    share = total / len(sample) if sample and exact else float(EVERY)
    return Survey(total, exact, _facets(conn, sample, share) if facets else ())


def _codes_of(conn: sqlite3.Connection, rows: list[int]) -> list[int]:
    return [code for (code,) in conn.execute(CODES_OF, [json.dumps(rows)])]


def _occupied(conn: sqlite3.Connection, asked: Asked) -> Iterator[Asked]:
    """The parts of a question's rows that have documents, zone by zone."""
    for zone in zones():
        first, last = max(zone.first, asked.first), min(zone.last, asked.last)
        if first <= last and (bounds := conn.execute(BOUNDS, [first, last]).fetchone())[0] is not None:
            yield Asked(asked.match, *bounds)


def _pieces(asked: Asked, count: int) -> Iterator[Asked]:
    """The question in up to ``count`` pieces of as many rows each."""
    length = (asked.last - asked.first) // count + 1
    for first in range(asked.first, asked.last + 1, length):
        yield Asked(asked.match, first, min(first + length - 1, asked.last))


def _count(conn: sqlite3.Connection, asked: list[Asked], end: float | None) -> tuple[int, bool]:
    """How many, and whether that is all: piece by piece until the time is over."""
    total = 0
    pieces = [piece for each in asked for piece in _pieces(each, COUNTED_IN)]
    for number, piece in enumerate(pieces, 1):
        total += conn.execute(COUNT, [piece.match, piece.first, piece.last]).fetchone()[0]
        if end is not None and monotonic() > end and number < len(pieces):
            return total, False
    return total, True


def _sample(conn: sqlite3.Connection, asked: list[Asked]) -> list[int]:
    """The codes of about one hit in EVERY."""
    codes: list[int] = []
    for each in asked:
        if each.last - each.first >= SLICES * EVERY:
            for slice in list(_pieces(each, SLICES * EVERY))[EVERY // 2 :: EVERY]:
                codes += [code for (code,) in conn.execute(CODES, [slice.match, slice.first, slice.last])]
    return codes


def _facets(conn: sqlite3.Connection, codes: list[int], share: float) -> tuple[Facet, ...]:
    counted = count_codes(conn, codes)
    rows = conn.execute("SELECT id, name, region FROM sources").fetchall()
    places = {id: region.ljust(6, "0") for id, _, region in rows if region}
    counted["region"] = Counter()
    for source, count in counted["source"].items():
        if source in places:
            counted["region"][places[source]] += count
    names = {id: name for id, name, _ in rows}
    return tuple(_facet(field, counted[field], share, names) for field in FACETS)


def _facet(field: str, counted: Counter[str], share: float, sources: Mapping[str, str]) -> Facet:
    if field == "year":
        order = sorted(counted.items())
    else:
        order = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_VALUES]
    values = (
        FacetValue(value, _label(field, value, sources), round(count * share), _term(field, value))
        for value, count in order
    )
    return Facet(field, tuple(values), exact=share == 1.0)


def _label(field: str, value: str, sources: Mapping[str, str]) -> str:
    if field == "source":
        return sources.get(value, value)
    return region_name(value) if field == "region" else value


def _term(field: str, value: str) -> str:
    if field == "year":
        return f"after:{value} before:{value}"
    if field == "region":
        while len(value) > 2 and value.endswith("00"):
            value = value[:-2]
    return f"{field}:{quotable(value)}"
