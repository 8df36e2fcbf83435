"""How many documents a query means, and how they are spread over publishers, sources, places, years …

Exact up to EXACT hits. Beyond, the spread is that of a sample (documents that chance has chosen, ``archive.terms``) and
marked so; the number is counted as far as the time goes, and marked where it did not.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from time import monotonic

from archive.facet_codes import count_codes
from archive.query import quotable
from archive.regions import region_name
from archive.scan import Scan, rows_of
from archive.terms import SAMPLES

__all__ = ["FACETS", "Facet", "FacetValue", "Survey", "survey"]

ENOUGH = 500  # hits, of which a sample tells how they are spread
STEP = 2000  # hits, after each of which the clock is looked at
MOST_VALUES = 12  # of a facet; years are all given
FACETS = ("publisher", "source", "region", "year", "genre", "trust", "validity")

CODES_OF = "SELECT f.code FROM json_each(?) r CROSS JOIN search_facets f ON f.id = r.value"


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
    behind, exact = _count(scanned.others, seconds)
    total = len(scanned.rows) + behind
    if not facets:
        return Survey(total, exact, ())
    likely = total if exact else max(total, len(_sample(conn, scanned, SAMPLES[-1])) * SAMPLES[-1])
    every = max((size for size in SAMPLES if size * ENOUGH <= likely), default=SAMPLES[0])
    sample = _codes_of(conn, _sample(conn, scanned, every))
    return Survey(total, exact, _facets(conn, sample, total / len(sample) if sample and exact else every))


def _sample(conn: sqlite3.Connection, scanned: Scan, every: int) -> list[int]:
    return list(rows_of(conn, scanned.found, scanned.found.sample(every)))


def _codes_of(conn: sqlite3.Connection, rows: list[int]) -> list[int]:
    return [code for (code,) in conn.execute(CODES_OF, [json.dumps(rows)])]


def _count(others: Iterator[int], seconds: float | None) -> tuple[int, bool]:
    """How many there are, and whether that is all: until the time is over."""
    end = None if seconds is None else monotonic() + seconds
    total = 0
    while some := sum(1 for _ in islice(others, STEP)):
        total += some
        if end is not None and monotonic() > end:
            return total, next(others, None) is None
    return total, True


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
