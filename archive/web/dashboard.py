"""The state of each source: last run, documents over time, how many have which field, issues of the last run, addresses
that wait or failed.

What needs the documents' fields is counted in a sample where a source holds many: ids are digests of addresses, so the
first ids of a source are as good as drawn by lot.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from archive.errors import ArchiveError

__all__ = ["Filled", "IssueGroup", "Run", "SourceState", "UnknownSource", "issues_of", "runs_of", "sources", "urls_of"]

SAMPLE = 2000  # documents of a source
FIELDS = ("publisher", "index_number", "document_number", "published_at", "issued_on", "catalog_class")
EMPTY = ("", "[]")

SOURCES = "SELECT id, name, publisher, homepage, family, region, verified, schedule FROM sources ORDER BY id"
COUNTS = """
    SELECT source, count(*), coalesce(sum(gone_at IS NOT NULL), 0), coalesce(sum(duplicate_of IS NOT NULL), 0),
        coalesce(sum(trust = 'official'), 0)
    FROM documents WHERE withdrawn_at IS NULL AND source IS NOT NULL GROUP BY source
"""
RUNS = """
    SELECT id, mode, started_at, finished_at, verdict, reasons, counts FROM runs WHERE source = ?
    ORDER BY id DESC LIMIT ?
"""
SAMPLED = f"""
    SELECT substr(coalesce(published_at, issued_on), 1, 7), {", ".join(FIELDS)} FROM renditions WHERE id IN (
        SELECT current_rendition FROM documents WHERE source = ? AND withdrawn_at IS NULL ORDER BY id LIMIT {SAMPLE})
"""
SECRET = "(SELECT url FROM documents WHERE withdrawn_at IS NOT NULL)"
ISSUES = f"""
    SELECT code, level, count(*), min(message), min(url) FROM issues
    WHERE run = ? AND (url IS NULL OR url NOT IN {SECRET}) GROUP BY code, level
    ORDER BY level = 'error' DESC, level = 'warning' DESC, count(*) DESC, code
"""
STATES = "SELECT source, state, count(*) FROM urls GROUP BY source, state"
WAITING = f"""
    SELECT url, kind, state, reason, checked_at, attempts FROM urls
    WHERE source = ? AND state = ? AND url NOT IN {SECRET} LIMIT ?
"""


class UnknownSource(ArchiveError):
    code = "unknown_source"


@dataclass(frozen=True, slots=True)
class Run:
    """A run; times UTC; ``verdict`` None: not finished."""

    id: int
    mode: str
    started_at: str
    finished_at: str | None
    verdict: str | None
    reasons: tuple[str, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class IssueGroup:
    """The issues of one code in a run; ``message`` and ``url`` of one of them."""

    code: str
    level: str
    count: int
    message: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Filled:
    """How many documents in a hundred have the field."""

    field: str
    percent: float


@dataclass(frozen=True, slots=True)
class SourceState:
    """``months``: documents by month of publication, else of signing; ``sampled``: how many of the documents that and
    ``filled`` were counted in, None: in all."""

    id: str
    name: str
    publisher: str | None
    homepage: str
    family: str | None
    region: str | None
    verified: str | None
    schedule: str | None
    documents: int
    gone: int
    copies: int
    official: int
    waiting: int
    failed: int
    last_run: Run | None
    issues: tuple[IssueGroup, ...]
    months: Mapping[str, int]
    filled: tuple[Filled, ...]
    sampled: int | None


def sources(db: Database) -> tuple[SourceState, ...]:
    """All sources, by id."""
    counts = {row[0]: row[1:] for row in db.execute(COUNTS)}
    states: dict[str, Counter[str]] = {}
    for source, state, number in db.execute(STATES):
        states.setdefault(source, Counter())[state] = number
    rows = db.execute(SOURCES).fetchall()
    return tuple(_state(db, row, counts.get(row[0], (0, 0, 0, 0)), states.get(row[0], Counter())) for row in rows)


def runs_of(db: Database, source: str, limit: int) -> tuple[Run, ...]:
    """The last runs of a source, newest first."""
    rows = db.execute(RUNS, [source, limit])
    return tuple(Run(*[*row[:5], tuple(json.loads(row[5])), json.loads(row[6])]) for row in rows)


def issues_of(db: Database, run: int) -> tuple[IssueGroup, ...]:
    return tuple(IssueGroup(*row) for row in db.execute(ISSUES, [run]))


def urls_of(db: Database, source: str, state: str, limit: int) -> list[dict[str, Any]]:
    """Addresses of a source that are in one state of the frontier."""
    names = ("url", "kind", "state", "reason", "checked_at", "attempts")
    return [dict(zip(names, row, strict=True)) for row in db.execute(WAITING, [source, state, limit])]


def _state(db: Database, row: tuple[Any, ...], counts: tuple[int, ...], states: Counter[str]) -> SourceState:
    id, documents = row[0], counts[0]
    runs = runs_of(db, id, 1)
    read = db.execute(SAMPLED, [id]).fetchall()
    months = Counter(month for month, *_ in read if month)
    waiting = sum(number for state, number in states.items() if state not in ("done", "failed"))
    last, issues = (runs[0], issues_of(db, runs[0].id)) if runs else (None, ())
    sampled = len(read) if len(read) < documents else None
    said = [*row, *counts, waiting, states["failed"], last, issues, dict(months), tuple(_filled(read)), sampled]
    return SourceState(*said)


def _filled(read: list[tuple[Any, ...]]) -> Iterator[Filled]:
    for place, field in enumerate(FIELDS, 1):
        have = sum(row[place] is not None and row[place] not in EMPTY for row in read)
        yield Filled(field, round(100 * have / len(read), 1) if read else 0.0)
