"""Which document a capture shows: asked whenever a raw capture is given out."""

from __future__ import annotations

from sqlite_utils import Database

__all__ = ["owners_of_captures"]


def owners_of_captures(db: Database) -> None:
    """Indexes from captures to what was read from them, and of the withdrawn documents."""
    db.execute("CREATE INDEX documents_withdrawn ON documents (withdrawn_at) WHERE withdrawn_at IS NOT NULL")
    for table in ("versions", "renditions", "rendition_parts", "attachments"):
        db.execute(f"CREATE INDEX {table}_capture ON {table} (capture)")
