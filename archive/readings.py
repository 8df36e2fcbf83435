"""Two versions of a document as one reader read both, and the metadata that differs between them.

A better rule must never look like a publisher's change: the newest reader that read both is taken, and where none did,
``same_reader`` is False and part of the difference may be ours.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from archive.renditions import stored_content
from archive.versions import Content, changed_fields

__all__ = ["FieldChange", "Readings", "changes_of_fields", "readings"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A metadata field or the list of attachments, before and after; arrays joined by `` | ``."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Readings:
    """``reader`` read the later version, and the earlier one too where ``same_reader``."""

    reader: str
    same_reader: bool
    before: Content
    after: Content


def readings(conn: sqlite3.Connection, before: int, after: int) -> Readings | None:
    """``before`` and ``after``: ids of versions; None where one of them has no content (a page that is gone)."""
    old, new = _readers(conn, before), _readers(conn, after)
    if not old or not new:
        return None
    shared = next((reader for reader in new if reader in old), None)
    a = stored_content(conn, before, shared or old[0])
    b = stored_content(conn, after, shared or new[0])
    return Readings(shared or new[0], shared is not None, a, b) if a and b else None


def changes_of_fields(before: Content, after: Content) -> tuple[FieldChange, ...]:
    """The fields that differ, then the attachments, where they do."""
    fields = [
        FieldChange(name, _plain(getattr(before.metadata, name)), _plain(getattr(after.metadata, name)))
        for name in changed_fields(before.metadata, after.metadata)
    ]
    files = FieldChange("attachments", _files(before), _files(after))
    return (*fields, files) if files.before != files.after else tuple(fields)


def _readers(conn: sqlite3.Connection, version: int) -> list[str]:
    """Who read a version, the newest reading first."""
    found = conn.execute("SELECT reader FROM renditions WHERE version = ? ORDER BY id DESC", [version])
    return [reader for (reader,) in found]


def _plain(value: str | tuple[str, ...] | None) -> str | None:
    return (" | ".join(value) or None) if isinstance(value, tuple) else value


def _files(content: Content) -> str | None:
    return " | ".join(f"{a.name} {a.url}" for a in content.attachments) or None
