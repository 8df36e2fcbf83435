"""Which documents an export holds, as records in the order of their ids, and which copies are folded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from archive.conditions import conditions
from archive.query import parse_query
from archive.record import Record, record_of_row
from archive.stored import RECORD_SELECT

__all__ = ["Selection", "records"]

# CROSS JOIN keeps the order of the tables, so that rows come out by id and are never sorted with their texts.
JOINS = """
    CROSS JOIN search_rows s ON s.document = d.id
    JOIN renditions r ON r.id = d.current_rendition
    JOIN versions v ON v.id = r.version
    JOIN captures c ON c.id = r.capture
"""
COPIES = """
    SELECT d.id, d.duplicate_of, d.url, d.trust FROM documents d JOIN search_rows s ON s.document = d.id
    WHERE d.duplicate_of IS NOT NULL AND {where} ORDER BY d.id
"""
ORIGINALS = """
    SELECT s.document FROM search_rows s
    WHERE s.document IN (SELECT duplicate_of FROM documents WHERE duplicate_of IS NOT NULL) AND {where}
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """``query`` in the language of search; empty: all. ``fold``: copies stand with their original, as ``copies``,
    where that is exported too; else on their own, so that folding never loses a document."""

    query: str = ""
    include_untrusted: bool = False
    fold: bool = False


def records(db: Database, selection: Selection) -> Iterator[Record]:
    """The selected documents, ordered by id, one at a time. Raises QueryError before the first."""
    found = conditions(parse_query(selection.query))
    where = (
        found.sql
        if selection.include_untrusted
        else f"{found.sql} AND (SELECT trust FROM documents WHERE id = s.document) = 'official'"
    )
    copies = _copies(db, where, found.params) if selection.fold else {}
    folded = {copy["id"] for group in copies.values() for copy in group}
    cursor = db.execute(f"{RECORD_SELECT} {JOINS} WHERE {where} ORDER BY d.id", found.params)
    names = [c[0] for c in cursor.description]
    for row in cursor:
        record = record_of_row(dict(zip(names, row, strict=True)))
        if record["id"] not in folded:
            yield record | {"copies": copies.get(record["id"], [])} if selection.fold else record


def _copies(db: Database, where: str, params: tuple[str | int, ...]) -> dict[str, list[Record]]:
    """Id of an exported original → its copies. Held in memory: some 200 bytes a copy."""
    rows = db.execute(COPIES.format(where=where), params).fetchall()
    originals = {row[0] for row in db.execute(ORIGINALS.format(where=where), params)}
    copy_of = {row[0]: row[1] for row in rows}
    groups: dict[str, list[Record]] = {}
    for id, _, url, trust in rows:
        original = _original(id, copy_of)
        if original != id and original in originals:
            groups.setdefault(original, []).append({"id": id, "url": url, "trust": trust})
    return groups


def _original(id: str, copy_of: dict[str, str]) -> str:
    """The end of a chain of copies; a ring of copies is nobody's copy."""
    seen = {id}
    at = id
    while at in copy_of:
        at = copy_of[at]
        if at in seen:
            return id
        seen.add(at)
    return at
