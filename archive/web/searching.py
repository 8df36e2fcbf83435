"""The search as the page asks for it: counted within a moment, and nothing written."""

from __future__ import annotations

from sqlite_utils import Database

from archive.query import Query
from archive.search import Hits
from archive.search import search as search_documents

__all__ = ["search"]

COUNTING = 0.02  # seconds; what takes longer to count is "more than N"


def search(
    db: Database, query: str | Query, limit: int = 20, *, cursor: str | None = None, facets: bool = False,
    fold: bool = False,
) -> Hits:  # fmt: skip
    """Raises QueryError for a query or a cursor that cannot be read."""
    return search_documents(db, query, limit, cursor=cursor, facets=facets, fold=fold, seconds=COUNTING, waiting=False)
