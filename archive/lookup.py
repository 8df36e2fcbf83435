"""Which document a person means: by id, the beginning of an id, or an address."""

from __future__ import annotations

import re

from sqlite_utils import Database

from archive.errors import UnknownDocument
from archive.identity import canonical_url, document_id

__all__ = ["resolve"]

PREFIX = re.compile(r"[0-9a-f]{4,16}")
NAMED = 5  # candidates that the message about an ambiguous prefix names


def resolve(db: Database, named: str, *, withdrawn: bool = False) -> str:
    """The id of the document that ``named`` stands for; ``withdrawn``: also of one that is hidden.

    ``named``: 16 hex digits, at least 4 of them where they are unambiguous, or an address in any form
    (an alias will do). Raises UnknownDocument, also for a withdrawn document, and says why.
    """
    named = named.strip()
    found = _by_prefix(db, named.lower()) if PREFIX.fullmatch(named.lower()) else _by_address(db, named)
    row = db.execute("SELECT withdrawn_at, withdrawn_why FROM documents WHERE id = ?", [found]).fetchone()
    if row[0] is not None and not withdrawn:
        raise UnknownDocument(f"document {found} was withdrawn on {row[0][:10]}" + (f": {row[1]}" if row[1] else ""))
    return found


def _by_prefix(db: Database, prefix: str) -> str:
    rows = db.execute(
        "SELECT id FROM documents WHERE id >= ? AND id < ? ORDER BY id LIMIT ?", [prefix, prefix + "g", NAMED + 1]
    ).fetchall()
    if not rows:
        raise UnknownDocument(f"no document {prefix!r} in this archive; `gongkai search` finds ids")
    if len(rows) > 1:
        more = " …" if len(rows) > NAMED else ""
        raise UnknownDocument(f"{prefix!r} begins several ids: {' '.join(r[0] for r in rows[:NAMED])}{more}")
    return str(rows[0][0])


def _by_address(db: Database, named: str) -> str:
    try:
        canonical = canonical_url(named)
    except ValueError:
        raise UnknownDocument(
            f"{named!r} is neither an id (16 hex digits, or at least their first 4) nor an address"
        ) from None
    row = db.execute("SELECT id FROM documents WHERE id = ?", [document_id(canonical)]).fetchone()
    row = row or db.execute("SELECT document FROM aliases WHERE url = ?", [canonical]).fetchone()
    if not row:
        raise UnknownDocument(f"no document at {named} in this archive")
    return str(row[0])
