"""What changed in the whole archive, newest first.

The order never changes (time, then the version's row), so that a cursor goes on where it was, also while a crawl
writes. Documents that were withdrawn have no changes.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from archive.errors import UnknownCursor
from archive.model import Change
from archive.proofs import Proof, proofs_of

__all__ = ["ArchiveChange", "changes", "changes_of"]

AT_ONCE = 500  # rows read at a time
CURSOR = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\.(\d{1,18})")
LATEST = ("9999", 0)
COLUMNS = """
    SELECT v.id AS row, d.id, r.title, d.url, d.source, d.trust, r.publisher, v.number AS version, v.change, v.changed,
        v.not_before, v.first_seen_at AS seen_at, v.moved_to,
        CASE WHEN v.change = 'created' THEN (SELECT o.id FROM documents o WHERE o.moved_to = d.id LIMIT 1)
        END AS moved_from
"""
EVENTS = f"""{COLUMNS}
    FROM versions v JOIN documents d ON d.id = v.document LEFT JOIN renditions r ON r.id = d.current_rendition
    WHERE d.withdrawn_at IS NULL AND v.first_seen_at >= :since AND (v.first_seen_at, v.id) < (:seen_at, :row)
        AND v.first_seen_at <= :seen_at
        AND (:source IS NULL OR d.source = :source)
        AND (:kinds = '[]' OR v.change IN (SELECT value FROM json_each(:kinds)))
    ORDER BY v.first_seen_at DESC, v.id DESC LIMIT :limit
"""
OF_DOCUMENTS = """
    FROM search_rows s CROSS JOIN versions v ON v.document = s.document JOIN documents d ON d.id = v.document
    LEFT JOIN renditions r ON r.id = d.current_rendition
    WHERE d.withdrawn_at IS NULL AND v.id > ? AND {where} ORDER BY v.id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class ArchiveChange:
    """One change of one document; ``title`` and ``publisher`` are the current ones. ``before`` and ``after``: the
    captures that prove both ends (``archive.history.Step``); None, both, where they were not asked for.
    ``moved_to``: where the document went (``moved``); ``moved_from``: where it was before (``created``).
    ``cursor``: goes on behind this change."""

    id: str
    title: str | None
    url: str
    source: str | None
    trust: str
    publisher: str | None
    version: int
    change: Change
    changed: tuple[str, ...]
    not_before: str | None
    seen_at: str
    moved_to: str | None
    moved_from: str | None
    cursor: str
    before: Proof | None = None
    after: Proof | None = None


def changes(
    db: Database, since: str = "", limit: int = -1, *, source: str | None = None, kinds: Sequence[str] = (),
    cursor: str | None = None, proofs: bool = False,
) -> Iterator[ArchiveChange]:  # fmt: skip
    """The changes seen at ``since`` (UTC, the beginning of an ISO time will do) or later, newest first.

    ``limit``: that many at most; -1: all. ``kinds``: only these changes; none: all. ``cursor``: only what comes behind
    the change that has it; raises UnknownCursor where it is none.
    """
    place = _place(cursor)
    asked = {"since": since, "source": source, "kinds": json.dumps(list(kinds))}
    while limit:
        most = AT_ONCE if limit < 0 else min(AT_ONCE, limit)
        rows = _rows(db.conn, EVENTS, asked | {"seen_at": place[0], "row": place[1], "limit": most})
        for row in rows:
            place = (row["seen_at"], row.pop("row"))
            before, after = proofs_of(db.conn, place[1]) if proofs else (None, None)
            yield ArchiveChange(**row, cursor=f"{place[0]}.{place[1]}", before=before, after=after)
        if len(rows) < most:
            return
        limit -= len(rows) if limit > 0 else 0


def changes_of(
    db: Database, where: str, params: Sequence[str | int], *, after_version: int = 0, limit: int = -1
) -> Iterator[ArchiveChange]:
    """The changes of the documents that fulfil a condition on ``search_rows s`` (``archive.conditions``), stored after
    the version of that row, the last stored first."""
    sql = COLUMNS + OF_DOCUMENTS.format(where=where)
    for row in _rows(db.conn, sql, [after_version, *params, limit]):
        stored = row.pop("row")
        yield ArchiveChange(**row, cursor=f"{row['seen_at']}.{stored}")


def _place(cursor: str | None) -> tuple[str, int]:
    if cursor is None:
        return LATEST
    found = CURSOR.fullmatch(cursor)
    if found is None:
        raise UnknownCursor(f"{cursor!r} is no cursor: take the one that `gongkai changes --json` prints with a change")
    return found[1], int(found[2])


def _rows(conn: sqlite3.Connection, sql: str, values: dict[str, object] | Sequence[object]) -> list[dict[str, Any]]:
    found = conn.execute(sql, values)
    names = [c[0] for c in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found]
    return [row | {"changed": tuple(json.loads(row["changed"]))} for row in rows]
