"""What the audit reads of every rendition, as an index: its metadata stands behind some 20 kB of text."""

from __future__ import annotations

from sqlite_utils import Database

__all__ = ["FACTS", "audited_facts"]

FACTS = (
    "index_number", "title", "document_number", "publisher", "issuers", "content_source", "issued_on", "published_at",
    "validity", "doc_type", "genre", "disclosure", "subject", "catalog_class", "audience", "keywords", "site_id_code",
)  # fmt: skip
"""The fields of a rendition that the audit reads, in the order of the index ``renditions_facts``."""

# The metadata of a rendition stands behind its text, some 20 kB that would have to be read for every number and day.
RENDITIONS_FACTS = f"CREATE INDEX renditions_facts ON renditions (id, version, {', '.join(FACTS)})"


def audited_facts(db: Database) -> None:
    """Numbers, days and filled fields of every rendition, without its text."""
    db.execute(RENDITIONS_FACTS)
