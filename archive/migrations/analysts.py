"""Views for analysts, in Datasette and the sqlite3 shell."""

from __future__ import annotations

from sqlite_utils import Database

from archive.schema_first import statements

__all__ = ["analysts_views"]

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


def analysts_views(db: Database) -> None:
    """Views for the sqlite3 shell and Datasette (``archive.datasette`` describes them)."""
    for statement in statements(ANALYSTS_VIEWS):
        db.execute(statement)
