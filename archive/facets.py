"""How many documents a query means, and how they are spread over publishers, sources, places, years …

Exact up to EXACT hits. Beyond, the spread is that of a sample (slices of the rows at even distances, so that every
day has the same chance) and marked so; the number is counted as far as the time goes, and marked where it did not.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import monotonic

from archive.conditions import Asked, Conditions
from archive.query import quotable
from archive.ranking import zones
from archive.regions import region_name

__all__ = ["FACETS", "Facet", "FacetValue", "Survey", "survey"]

EXACT = 20_000
SAMPLE = 4_000  # hits: a share of a tenth is right to half a percent
SLICES = 48
COUNTED_IN = 64  # pieces, after each of which the clock is looked at
MOST_VALUES = 12  # of a facet; years are all given
FACETS = ("publisher", "source", "region", "year", "genre", "trust", "validity")

SPREAD = """
    SELECT s.facet, count(*) FROM (SELECT rowid FROM search_index WHERE search_index MATCH ?
        AND rowid BETWEEN ? AND ? LIMIT ?) i CROSS JOIN search_rows s ON s.id = i.rowid GROUP BY 1
"""
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


def survey(conn: sqlite3.Connection, found: Conditions, seconds: float | None, *, facets: bool) -> Survey:
    """Count the hits and, where ``facets`` are asked for, their spread. ``seconds``: time for counting more than EXACT
    of them; None: as long as it takes."""
    asked = [part for a in found.asked() for part in _occupied(conn, a)]
    spread: Counter[int] = Counter()
    for each in asked:
        left = EXACT + 1 - spread.total()
        spread.update(dict(conn.execute(SPREAD, [each.match, each.first, each.last, left]).fetchall()))
        if spread.total() > EXACT:
            break
    else:
        return Survey(spread.total(), True, _facets(conn, spread, 1.0) if facets else ())
    total, exact = _count(conn, asked, seconds)
    if not facets:
        return Survey(total, exact, ())
    spread = _sample(conn, asked, total)
    share = total / spread.total() if spread else 1.0
    return Survey(total, exact, _facets(conn, spread, share))


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


def _count(conn: sqlite3.Connection, asked: list[Asked], seconds: float | None) -> tuple[int, bool]:
    end = None if seconds is None else monotonic() + seconds
    total = 0
    for piece in (piece for each in asked for piece in _pieces(each, COUNTED_IN)):
        total += conn.execute(COUNT, [piece.match, piece.first, piece.last]).fetchone()[0]
        if end is not None and total > EXACT and monotonic() > end:
            return total, piece == Asked(asked[-1].match, piece.first, asked[-1].last)
    return total, True


def _sample(conn: sqlite3.Connection, asked: list[Asked], total: int) -> Counter[int]:
    every = max(1, total // SAMPLE)
    spread: Counter[int] = Counter()
    for each in asked:
        slices = list(_pieces(each, SLICES * every))
        for piece in slices[min(every // 2, len(slices) // 2) :: every]:
            spread.update(dict(conn.execute(SPREAD, [piece.match, piece.first, piece.last, -1]).fetchall()))
    return spread


def _facets(conn: sqlite3.Connection, spread: Mapping[int, int], share: float) -> tuple[Facet, ...]:
    counted: dict[str, Counter[str]] = {field: Counter() for field in FACETS}
    names = ", ".join(FACETS)
    for id, count in spread.items():
        row = conn.execute(f"SELECT {names} FROM search_facets WHERE id = ?", [id]).fetchone()
        for field, value in zip(FACETS, row, strict=True):
            if value:
                counted[field][value] += count
    sources = dict(conn.execute("SELECT id, name FROM sources").fetchall())
    return tuple(_facet(field, values, share, sources) for field, values in counted.items())


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
