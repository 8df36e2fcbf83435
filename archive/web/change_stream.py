"""The changes of the whole archive, newest first, filtered and in pages."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import get_args

from sqlite_utils import Database

from archive.errors import QueryError
from archive.history import ArchiveChange
from archive.model import Change

__all__ = ["KINDS", "Changes", "changes_page"]

KINDS: tuple[str, ...] = get_args(Change)
SELECT = """
    SELECT v.id, d.id, r.title, d.url, d.source, d.trust, v.number, v.change, v.changed, v.not_before, v.first_seen_at
    FROM versions v JOIN documents d ON d.id = v.document LEFT JOIN renditions r ON r.id = d.current_rendition
    WHERE d.withdrawn_at IS NULL {where} ORDER BY v.first_seen_at DESC, v.id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """``next``: cursor of the following page, None on the last."""

    changes: tuple[ArchiveChange, ...]
    next: str | None


def changes_page(
    db: Database,
    *,
    kind: str | None = None,
    source: str | None = None,
    since: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Changes:
    """``since``: the beginning of an ISO time, UTC. Raises QueryError for what is no kind or cursor."""
    parts, values = [], []
    if kind:
        if kind not in KINDS:
            raise QueryError(f"no kind of change {kind[:40]!r}; there are {', '.join(KINDS)}")
        parts, values = ["AND v.change = ?"], [kind]
    if source:
        parts, values = [*parts, "AND d.source = ?"], [*values, source]
    if since:
        parts, values = [*parts, "AND v.first_seen_at >= ?"], [*values, since]
    if cursor:
        parts, values = [*parts, "AND (v.first_seen_at, v.id) < (?, ?)"], [*values, *_place(cursor)]
    rows = db.execute(SELECT.format(where=" ".join(parts)), [*values, limit + 1]).fetchall()
    shown = rows[:limit]
    found = tuple(ArchiveChange(*[*r[1:8], tuple(json.loads(r[8])), *r[9:]]) for r in shown)
    return Changes(found, _cursor(shown[-1][10], shown[-1][0]) if len(rows) > limit else None)


def _cursor(at: str, version: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([at, version]).encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[str, str]:
    try:
        at, version = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return str(at), str(int(version))
    except (ValueError, TypeError):
        raise QueryError(f"{cursor[:40]!r} is no cursor of this archive") from None
