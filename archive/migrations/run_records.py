"""Which archive a WARC file and a run come from, and which runs have their record in a WARC file
(``archive.run_records``)."""

from __future__ import annotations

import sqlite3
import uuid

from sqlite_utils import Database

__all__ = ["name_after_first", "run_records"]


def run_records(db: Database) -> None:
    """A run brought in from another archive keeps that one's name and number. An archive that holds captures is named
    after its first one, so that each copy of it, and its database made again, has that name."""
    db.execute("CREATE TABLE origin (id TEXT PRIMARY KEY)")
    db.execute("INSERT INTO origin (id) VALUES (?)", [uuid.uuid4().hex])
    name_after_first(db.conn)
    for column in ("origin TEXT", "number INTEGER", "recorded_at TEXT"):
        db.execute(f"ALTER TABLE runs ADD COLUMN {column}")


def name_after_first(conn: sqlite3.Connection) -> None:
    """Name an archive after its first capture, where it has one."""
    first = conn.execute("SELECT record_id FROM captures ORDER BY warc_file, warc_offset LIMIT 1").fetchone()
    if first:
        conn.execute("UPDATE origin SET id = ?", [uuid.uuid5(uuid.NAMESPACE_URL, first[0]).hex])
