"""The audit's findings as plain values, for the command line, the web page and JSON (``dataclasses.asdict``).

Days are ``YYYY-MM-DD``, months ``YYYY-MM``, quarters ``YYYY-Qn``; rates are parts of 1. Titles and addresses of
withdrawn documents stand nowhere: they are counted, and shown by their id alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "Audit",
    "ColumnAudit",
    "Double",
    "Drop",
    "Files",
    "FillPeriod",
    "Holder",
    "NotHeld",
    "NumberKind",
    "Numbers",
    "Quiet",
    "Series",
    "SourceAudit",
    "Why",
]

NumberKind = Literal["index_number", "document_number"]
Why = Literal["same text", "same title", "moved", "counted apart", "different"]


@dataclass(frozen=True, slots=True)
class Holder:
    """A document that carries a number. ``title``, ``url`` and ``day`` None: not known, or withdrawn."""

    id: str
    title: str | None = None
    url: str | None = None
    day: str | None = None


@dataclass(frozen=True, slots=True)
class Double:
    """One number on ``count`` documents. ``why``: they are one text at several addresses, have one title (a second
    posting, a page of an article), one has moved, the series is two that count apart (by column, or begun again), or
    they are ``different`` documents: a real double."""

    kind: NumberKind
    series: str | None
    number: str
    why: Why
    count: int
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """Serials that count on: ``held`` of those from ``first`` to ``last``.

    ``not_seen``: the first and last serial of each gap, both not seen; empty where the series is ``sparse`` (less than
    half is held: it counts documents that this source does not list), then ``not_seen_count`` is None.
    ``from_beginning`` False: what came before ``first`` is not known. ``far``: numbers too far away to belong to the
    count. ``categories``, ``months``: those that the serial counts through. ``column``: the series is counted
    apart in this column. ``since``, ``until``: the days between which this count ran, where it started again.
    ``again``: serials that several documents carry. ``gone`` and ``withdrawn`` documents count as held.
    """

    kind: NumberKind
    name: str
    code: str
    period: str | None
    first: int
    last: int
    held: int
    documents: int
    sparse: bool
    from_beginning: bool
    not_seen: tuple[tuple[int, int], ...]
    not_seen_count: int | None
    far: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    column: str | None = None
    since: str | None = None
    until: str | None = None
    again: int = 0
    gone: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one kind. ``with_number`` documents carry one; ``unread`` of those have a grammar that is not
    known or no serial; ``few_series`` hold fewer than three serials each and are not judged (``few_serials`` in all).
    ``not_seen``: in all series that are not sparse."""

    kind: NumberKind
    documents: int
    with_number: int
    unread: int
    not_seen: int
    few_series: int
    few_serials: int
    series: tuple[Series, ...]
    doubles: tuple[Double, ...]


@dataclass(frozen=True, slots=True)
class NotHeld:
    """Listed addresses without a document, by the frontier's reason (``waiting``: not fetched or not read yet)."""

    reason: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnAudit:
    """A list against the archive. ``says``: how many entries the site's own list says it holds, None where it does
    not. ``listed``: addresses that it ever showed; ``listed_now``: in the last walk, None where that did not go to the
    end; ``unlisted``: held, shown before, but not in that walk. ``walked_to_end``: some walk once reached the end."""

    column: str
    name: str | None
    says: int | None
    listed: int
    listed_now: int | None
    held: int
    unlisted: int
    walked_to_end: bool
    not_held: tuple[NotHeld, ...]


@dataclass(frozen=True, slots=True)
class Quiet:
    """Months ``first`` to ``last`` without any document; ``usual``: how many a month there are around (the middle
    half of the months). ``at_end``: it lasts until the last good run."""

    first: str
    last: str
    months: int
    usual: tuple[int, int]
    at_end: bool


@dataclass(frozen=True, slots=True)
class FillPeriod:
    """How many of a quarter's documents have each field; ``by``: the quarter of publication (else of signing) or of
    the first capture. ``quarter`` None: undated."""

    by: Literal["published", "first_seen"]
    quarter: str | None
    documents: int
    filled: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Drop:
    """A field that was filled at the rate ``before`` in the quarters before and at ``after`` in this one: the site may
    have been rebuilt, or the reader may have lost its place."""

    field: str
    by: Literal["published", "first_seen"]
    quarter: str
    before: float
    after: float
    documents: int


@dataclass(frozen=True, slots=True)
class Files:
    """Attachments of the shown versions by state, and the documents with one that failed or was skipped."""

    states: Mapping[str, int]
    documents_missing: int
    examples: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class SourceAudit:
    """One source. ``source`` None: documents imported without one. ``documents`` counts withdrawn ones too;
    ``numbered`` those that series are made of: official or claimed, and no copy. ``erased``: withdrawn ones whose
    number is not known any more. ``as_of``: the last good run (for imports the last document's day), None: none.
    ``waiting``: addresses not fetched or not read yet. ``issues``: of the last run."""

    source: str | None
    name: str
    as_of: str | None
    documents: int
    numbered: int
    gone: int
    withdrawn: int
    erased: int
    never_listed: int
    numbers: tuple[Numbers, ...]
    columns: tuple[ColumnAudit, ...]
    quiet: tuple[Quiet, ...]
    months: Mapping[str, int]
    undated: int
    after_as_of: int
    fill: Mapping[str, float]
    fill_periods: tuple[FillPeriod, ...]
    drops: tuple[Drop, ...]
    attachments: Files
    waiting: int
    failed: Mapping[str, int]
    issues: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Audit:
    """The sources that were asked for, in the order of their ids; imports last. ``audited_at`` UTC."""

    audited_at: str
    sources: tuple[SourceAudit, ...]
