"""Where a document went (``archive.moves``)."""

from __future__ import annotations

from sqlite_utils import Database

__all__ = ["moves"]


def moves(db: Database) -> None:
    """A version ``moved`` says where the document went for good, also when the old address comes back and
    ``documents.moved_to`` is empty again."""
    db.execute("ALTER TABLE versions ADD COLUMN moved_to TEXT REFERENCES documents(id)")
    db.execute("ALTER TABLE versions ADD COLUMN moved_why TEXT")
    db.execute("CREATE INDEX documents_moved ON documents (moved_to) WHERE moved_to IS NOT NULL")
    db.execute("CREATE INDEX documents_gone ON documents (source) WHERE gone_at IS NOT NULL")
