"""The audit put together, one source at a time, so that memory holds one source's numbers and never the archive's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from archive.audit.fill import fill_drops, fill_periods, fill_rates
from archive.audit.lists import audit_files, audit_lists, failed_reasons, last_issues, waiting
from archive.audit.report import Audit, Double, Holder, NumberKind, Numbers, SourceAudit
from archive.audit.rhythm import quiet_months
from archive.audit.series import SHOWN, Described, Numbered, find_series, why_twice
from archive.clock import stamp
from archive.document_numbers import parse_document_number
from archive.errors import UnknownSource
from archive.index_numbers import parse_index_number
from archive.normal import normalise

__all__ = ["DOCUMENTS", "IMPORTED", "audit", "audits", "known_sources"]

IMPORTED = "imported"
"""What the documents without a source are asked for by."""

OWN = ("official", "claimed")
DOCUMENTS = """
    SELECT d.id, d.trust, d."column", d.duplicate_of IS NOT NULL, d.gone_at IS NOT NULL, d.withdrawn_at IS NOT NULL,
        d.current_rendition IS NULL, r.index_number, r.document_number, substr(r.issued_on, 1, 10),
        substr(r.published_at, 1, 10)
    FROM documents d
    LEFT JOIN renditions r INDEXED BY renditions_facts ON r.id = d.current_rendition
    WHERE d.source IS ?
"""
DESCRIBED = """
    SELECT d.id, r.title, d.url, substr(coalesce(r.published_at, r.issued_on), 1, 10), d.withdrawn_at IS NOT NULL,
        d.moved_to, t.text_sha256
    FROM documents d
    LEFT JOIN renditions r INDEXED BY renditions_facts ON r.id = d.current_rendition
    LEFT JOIN renditions t ON t.id = d.current_rendition
    WHERE d.id = ?
"""
LAST_RUNS = """
    SELECT source, max(id), max(iif(verdict IN ('ok', 'degraded'), coalesce(finished_at, started_at), NULL))
    FROM runs WHERE mode IN ('recent', 'full') GROUP BY source
"""


@dataclass(slots=True)
class _Gathered:
    """What one pass over a source's documents gives."""

    ids: set[str] = field(default_factory=set)
    numbered: int = 0
    gone: int = 0
    withdrawn: int = 0
    erased: int = 0
    undated: int = 0
    months: Counter[str] = field(default_factory=Counter)
    last_day: str = ""
    read: dict[NumberKind, list[Numbered]] = field(default_factory=lambda: {"index_number": [], "document_number": []})
    unread: dict[NumberKind, dict[str, list[str]]] = field(
        default_factory=lambda: {"index_number": {}, "document_number": {}}
    )


def audit(db: Database, source: str | None = None) -> Audit:
    """The audit of one source (``IMPORTED``: of the documents without), or of all. Raises UnknownSource.

    All of a large archive take a while: ``audits`` gives one at a time.
    """
    return Audit(stamp(), tuple(audits(db, None if source is None else [source])))


def audits(db: Database, sources: Iterable[str] | None = None) -> Iterator[SourceAudit]:
    """One source after the other, all of them where none is named. Raises UnknownSource before the first."""
    known = known_sources(db)
    named = list(known) if sources is None else list(dict.fromkeys(sources))
    for name in named:
        if name not in known:
            raise UnknownSource(f"no source {name!r} in this archive; it holds: {', '.join(known) or 'none'}")
    runs = {row[0]: row[1:] for row in db.execute(LAST_RUNS)}
    return (_audit(db, name, known[name], *runs.get(name, (None, None))) for name in named)


def known_sources(db: Database) -> dict[str, str]:
    """Source id → name, ordered by id; ``IMPORTED`` last, where documents without source are held."""
    found = dict(db.execute("SELECT id, name FROM sources ORDER BY id").fetchall())
    imported = db.execute("SELECT 1 FROM documents WHERE source IS NULL LIMIT 1").fetchone()
    return found | ({IMPORTED: "documents imported without a source"} if imported and IMPORTED not in found else {})


def _audit(db: Database, source: str, name: str, run: int | None, good_run: str | None) -> SourceAudit:
    key = _key(db, source)
    got = _gather(db, key)
    as_of = good_run[:10] if good_run else (got.last_day or None if key is None else None)
    columns, never_listed = audit_lists(db, key, got.ids) if key else ((), 0)
    periods = fill_periods(db, key)
    months = {m: n for m, n in sorted(got.months.items()) if as_of is None or m <= as_of[:7]}
    return SourceAudit(
        source=key,
        name=name,
        as_of=as_of,
        documents=len(got.ids),
        numbered=got.numbered,
        gone=got.gone,
        withdrawn=got.withdrawn,
        erased=got.erased,
        never_listed=never_listed,
        numbers=tuple(_numbers(db, kind, got) for kind in got.read),
        columns=columns,
        quiet=quiet_months(months, as_of),
        months=months,
        undated=got.undated,
        after_as_of=sum(got.months.values()) - sum(months.values()),
        fill=fill_rates(periods),
        fill_periods=periods,
        drops=fill_drops(periods),
        attachments=audit_files(db, key),
        waiting=waiting(db, key) if key else 0,
        failed=failed_reasons(db, key) if key else {},
        issues=last_issues(db, run),
    )


def _key(db: Database, source: str) -> str | None:
    """The value of ``documents.source``: null for imports, unless a source is called so."""
    if source != IMPORTED or db.execute("SELECT 1 FROM sources WHERE id = ?", [source]).fetchone():
        return source
    return None


def _gather(db: Database, source: str | None) -> _Gathered:
    got = _Gathered()
    for id, trust, column, copy, gone, withdrawn, unread, index, number, issued, published in db.execute(
        DOCUMENTS, [source]
    ):
        got.ids.add(id)
        got.gone += gone
        got.withdrawn += withdrawn
        got.erased += withdrawn and unread
        if copy or trust not in OWN:
            continue
        got.numbered += 1
        day = published or issued
        if day and len(day) == len("2020-01-01"):
            got.months[day[:7]] += 1
            got.last_day = max(got.last_day, day)
        else:
            got.undated += 1
        marks = (issued or published, column, bool(gone), bool(withdrawn))
        if index:
            _take(got, "index_number", id, index, marks)
        if number:
            _take(got, "document_number", id, number, marks)
    return got


def _take(
    got: _Gathered, kind: NumberKind, id: str, printed: str, marks: tuple[str | None, str | None, bool, bool]
) -> None:
    read = _read(kind, printed)
    if read is None:
        got.unread[kind].setdefault(normalise(printed).upper(), []).append(id)
    else:
        got.read[kind].append(Numbered(id, *read, *marks))


def _read(kind: NumberKind, printed: str) -> tuple[str, str | None, int | None, int | None, int, int | None] | None:
    """(code, class, year, month, serial, part), or None where no serial is told."""
    if kind == "document_number":
        letter = parse_document_number(printed)
        return (letter.code, None, letter.year, None, letter.serial, letter.part) if letter else None
    number = parse_index_number(printed)
    if number is None or number.serial is None:
        return None
    return number.front, number.category, number.year, number.month, number.serial, number.part


def _numbers(db: Database, kind: NumberKind, got: _Gathered) -> Numbers:
    found = find_series(kind, got.read[kind], lambda ids: _describe(db, ids))
    unread = got.unread[kind]
    many = sum(map(len, unread.values()))
    return Numbers(
        kind=kind,
        documents=got.numbered,
        with_number=len(got.read[kind]) + many,
        unread=many,
        not_seen=sum(s.not_seen_count or 0 for s in found.series),
        few_series=found.few_series,
        few_serials=found.few_serials,
        series=found.series,
        doubles=(*found.doubles, *_unread_doubles(db, kind, unread)),
    )


def _unread_doubles(db: Database, kind: NumberKind, unread: Mapping[str, list[str]]) -> Iterator[Double]:
    """Numbers of unknown grammar on several documents; a word without any digit (无) is no number."""
    for number, ids in sorted(unread.items()):
        if len(ids) > 1 and any(sign.isdigit() for sign in number):
            known = _describe(db, ids)
            described = [known[id] for id in sorted(ids, key=lambda id: (known[id].holder.day or "", id))]
            holders = tuple(d.holder for d in described[:SHOWN])
            yield Double(kind, None, number, why_twice(described), len(ids), holders)


def _describe(db: Database, ids: Iterable[str]) -> dict[str, Described]:
    return {id: _described(*db.execute(DESCRIBED, [id]).fetchone()) for id in ids}


def _described(
    id: str, title: str | None, url: str, day: str | None, withdrawn: int, moved_to: str | None, text: Any
) -> Described:
    holder = Holder(id) if withdrawn else Holder(id, title, url, day)
    return Described(holder, text or "", normalise(title) if title else "", moved_to)
