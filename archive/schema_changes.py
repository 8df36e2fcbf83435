"""The changes of the tables in their order: a module is imported, its migrations are applied, each once.

Nothing that was released is ever taken out or moved.
"""

from __future__ import annotations

from archive.migrations import search as search
from archive.schema_first import migrations

from archive.schema_first import migrations, statements

__all__ = ["FACTS", "migrations"]

FACTS = (
    "index_number", "title", "document_number", "publisher", "issuers", "content_source", "issued_on", "published_at",
    "validity", "doc_type", "genre", "disclosure", "subject", "catalog_class", "audience", "keywords", "site_id_code",
)  # fmt: skip
"""The fields of a rendition that the audit reads, in the order of the index ``renditions_facts``."""

# The metadata of a rendition stands behind its text, some 20 kB that would have to be read for every number and day.
RENDITIONS_FACTS = f"CREATE INDEX renditions_facts ON renditions (id, version, {', '.join(FACTS)})"

ANALYSTS_VIEWS = """
CREATE VIEW search_documents AS
    SELECT d.id, r.title, r.publisher, r.index_number, r.document_number, coalesce(r.published_at, r.issued_on) AS day,
        d.trust, d.source, d."column", d.url, d.gone_at, d.duplicate_of, r.text
    FROM documents d JOIN renditions r ON r.id = d.current_rendition
    WHERE d.withdrawn_at IS NULL;
CREATE VIEW document_versions AS
    SELECT v.document, v.number, v.change, v.changed, v.not_before, v.first_seen_at, v.last_seen_at, r.title,
        r.publisher, r.index_number, r.document_number, r.published_at, r.reader, r.text, c.url, c.fetched_at,
        c.status, c.payload_sha256, c.warc_file, c.warc_offset, c.warc_length, v.id AS version
    FROM versions v
    JOIN documents d ON d.id = v.document
    JOIN captures c ON c.id = v.capture
    LEFT JOIN renditions r ON r.id = (SELECT max(id) FROM renditions n WHERE n.version = v.id)
    WHERE d.withdrawn_at IS NULL;
CREATE VIEW change_events AS
    SELECT v.first_seen_at AS seen_at, v.not_before, v.change, v.changed, d.id AS document, r.title, d.source,
        d.trust, v.number AS version, d.url
    FROM versions v
    JOIN documents d ON d.id = v.document
    LEFT JOIN renditions r ON r.id = d.current_rendition
    WHERE d.withdrawn_at IS NULL;
"""


@migrations()
def audited_facts(db: Database) -> None:
    """Numbers, days and filled fields of every rendition, without its text."""
    db.execute(RENDITIONS_FACTS)


@migrations()
def analysts_views(db: Database) -> None:
    """Views for the sqlite3 shell and Datasette (``archive.datasette`` describes them)."""
    for statement in statements(ANALYSTS_VIEWS):
        db.execute(statement)
