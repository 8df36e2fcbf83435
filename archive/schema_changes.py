"""The changes of the tables in their order: a module is imported, its migrations are applied, each once.

Nothing that was released is ever taken out or moved.
"""

from __future__ import annotations

from archive.migrations import analysts as analysts
from archive.migrations import audit as audit
from archive.migrations import search as search
from archive.schema_first import migrations

__all__ = ["migrations"]


@migrations()
def moves(db: Database) -> None:
    """Where a document went (``archive.moves``): a version ``moved`` says it for good, also when the old address comes
    back and ``documents.moved_to`` is empty again."""
    db.execute("ALTER TABLE versions ADD COLUMN moved_to TEXT REFERENCES documents(id)")
    db.execute("ALTER TABLE versions ADD COLUMN moved_why TEXT")
    db.execute("CREATE INDEX documents_moved ON documents (moved_to) WHERE moved_to IS NOT NULL")
    db.execute("CREATE INDEX documents_gone ON documents (source) WHERE gone_at IS NOT NULL")
