"""The tables of archive.db and how an older file is brought up to date.

Migrations are sqlite-utils' own: named, ordered, recorded in ``_sqlite_migrations``. Every field of
the data model stands here from the first migration on, also those that later features fill, so that
an archive written today never has to be guessed at tomorrow. The schema is written to be read in
Datasette and the sqlite3 shell: named columns, foreign keys, views ``current_documents`` and
``source_status``. JSON columns hold arrays or objects and say so in ``docs/architecture.md``.
"""

from __future__ import annotations

from sqlite_utils import Database

from archive.errors import SchemaTooNew
from archive.schema_changes import migrations

__all__ = ["SCHEMA_VERSION", "check_schema", "migrate"]

SCHEMA_VERSION = 2
"""Also written to ``PRAGMA user_version``: one more than the last release's whenever a migration is added."""


def check_schema(db: Database) -> None:
    """Raise SchemaTooNew when a newer gongkai wrote the file; reads only."""
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    known = {m.name for m in migrations._migrations}
    unknown = [m.name for m in migrations.applied(db) if m.name not in known]
    if version > SCHEMA_VERSION or unknown:
        raise SchemaTooNew(
            f"the archive was written by a newer gongkai (schema {max(version, SCHEMA_VERSION + 1)}, this one "
            f"knows {SCHEMA_VERSION}): update gongkai, or point --home to another archive"
        )


def migrate(db: Database) -> None:
    """Bring an open database up to the current schema. Raises SchemaTooNew before anything is touched."""
    check_schema(db)
    if migrations.pending(db):
        migrations.apply(db)
    if db.execute("PRAGMA user_version").fetchone()[0] < SCHEMA_VERSION:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
