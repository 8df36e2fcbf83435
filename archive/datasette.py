"""What every table, view and column of ``archive.db`` means, for people who open it in Datasette or the sqlite3 shell.

``docs/datasette.json`` is made from here (``python -m archive.datasette > docs/datasette.json``; a test holds both in
step): ``datasette data/archive.db -m docs/datasette.json``. Fields of documents are described by ``archive.vocab``.
Nothing here needs a plugin.
"""

from __future__ import annotations

import sys
from typing import Any

import orjson

from archive.vocab import FIELD_BY_NAME

__all__ = ["HIDDEN", "QUERIES", "TABLES", "meaning", "metadata", "schema_columns"]

TABLES = {
    "current_documents": "Start here: every document as it stands, with its text, one row each; none withdrawn.",
    "search_documents": "Documents to be searched by plain words: text LIKE '%…%', or the query find_text. Every text "
    "is read, so a search takes as long as there is text; gongkai search uses an index.",
    "source_status": "Every source with its last run, what it holds, and what waits.",
    "change_events": "What the publishers changed, one row a change. It lies between not_before and seen_at.",
    "document_versions": "Every version of every document, as its newest reading reads it, with the capture that "
    "proves it. Compare two versions only where reader is the same.",
    "documents": "Identity, trust and state of each document. Its fields stand in current_documents.",
    "versions": "A change by the publisher, as an interval between two observations.",
    "renditions": "What one reader made of one version's captures; the newest is shown. No change by the publisher.",
    "rendition_parts": "A further page that a rendition was read from.",
    "captures": "One stored answer, and where its WARC record stands.",
    "warc_files": "One WARC file, and how much of it is committed.",
    "observations": "One check of one address, whatever came of it.",
    "attachments": "The files that a version offers.",
    "relations": "Copies and other ties between documents.",
    "aliases": "Other addresses of documents.",
    "sources": "The source files that were crawled.",
    "columns": "The lists that a source walks, with the state of the walk.",
    "entries": "What a list showed: one row for each list and address.",
    "urls": "The crawl's memory: one address and its state.",
    "runs": "One run of one source, with its verdict.",
    "issues": "Something worth a person's look.",
    "saved_searches": "Searches that were kept (gongkai watch).",
    "manifests": "The hash chain: what each run added, by one digest that builds on the one before (docs/trust.md).",
    "tombstones": "Documents that were withdrawn, and why.",
}

HIDDEN = (
    "_sqlite_migrations", "origin", "overwrites", "search_facets", "search_rows", "search_state", "search_terms",
    "search_values", "sketches", "sketch_bands", "unchained", "unindexed", "unlinked",
)  # fmt: skip
"""Tables that say nothing to a person; the shadow tables of the search index Datasette hides itself."""

COLUMNS = {
    "id": "16 hex digits of the document's canonical address; never changes",
    "document": "id of the document",
    "documents": "documents held, without those withdrawn",
    "source": "id of the source file; null: imported",
    "column": "id of the list in the source file",
    "url": "address, as it was listed",
    "name": "name as printed or as in the source file",
    "trust": "official · claimed · repost · hijacked · unknown",
    "trust_evidence": "JSON array: why",
    "flags": "JSON array: altered · truncated · repaired · paywalled · image_only",
    "text": "the clean text",
    "markdown": "the text with headings and tables",
    "day": "day of publication, else of signing",
    "version": "number of the version, from 1",
    "number": "number within the document, from 1",
    "change": "created · text · metadata · attachment · gone · restored · moved · unlisted",
    "changed": "JSON array: the fields that changed",
    "not_before": "last observation without the change (UTC); null: never seen without it",
    "seen_at": "first observation with the change (UTC)",
    "first_seen_at": "first observation (UTC)",
    "last_seen_at": "last observation (UTC)",
    "gone_at": "when two checks had proved that the page is gone (UTC); null: it is there",
    "gone": "documents whose page is gone",
    "unlisted_at": "when its lists showed it no more (UTC)",
    "moved_to": "id of the document that it moved to",
    "previous": "SHA-256 of the manifest before",
    "archive": "id of the archive that wrote it",
    "closed_at": "when it was written (UTC)",
    "signature": "Ed25519, hex; null: unsigned",
    "addresses": "JSON array: all addresses of the document",
    "payloads": "JSON array: SHA-256 of what was captured of it",
    "why": "the reason that was given",
    "erased": "1: its payload was erased too",
    "lifted_at": "when it was shown again (UTC)",
    "query": "in the language of search",
    "looked_at": "when somebody looked last (UTC)",
    "seen_version": "the newest version then",
    "origin": "name of the archive that made the run; null: this one",
    "recorded_at": "when it was written into a WARC file (UTC)",
    "row_sha256": "SHA-256 of the whole row as it was stored (docs/trust.md)",
    "records_sha256": "SHA-256 of the capture's WARC records, as the hash chain names it (docs/trust.md)",
    "moved_why": "why it is the same document: index number, text",
    "withdrawn_at": "when it was withdrawn from this archive (UTC); not to be published",
    "withdrawn_why": "why it was withdrawn",
    "duplicate_of": "id of the document that this one copies",
    "import_path": "file that it was imported from",
    "current_version": "id of its last version",
    "current_rendition": "id of the reading that is shown",
    "captured_at": "when the shown text was fetched (UTC); null: an import that does not say",
    "fetched_at": "when it was fetched (UTC); null: an import that does not say",
    "imported_at": "when it was imported (UTC); null: it was fetched",
    "captured_by": "who fetched it",
    "warc_file": "name of the WARC file",
    "warc_offset": "byte at which its record begins",
    "warc_length": "length of its record in bytes, compressed",
    "payload_sha256": "digest of the body as sent, still compressed",
    "payload_length": "length of the body as sent, in bytes",
    "record_id": "WARC-Record-ID",
    "revisit_of": "id of the capture that holds the same body",
    "rendered": "1: a browser rendered it",
    "robots": "allowed · disallowed · none",
    "terms_url": "address of the site's terms",
    "status": "HTTP status",
    "media_type": "media type as sent",
    "headers": "JSON array of [name, value]",
    "ip": "address of the server",
    "final_url": "address at which redirects ended",
    "kind": "list · article · part · attachment",
    "run": "id of the run",
    "capture": "id of the capture",
    "reader": "version of the tool and digest of its rules",
    "parts": "further pages that it had",
    "made_at": "when it was read (UTC)",
    "content_sha256": "digest of text, fields and attachments",
    "text_sha256": "digest of the text without white space",
    "encoding": "encoding that it was read in",
    "family": "family of content management system",
    "origins": "JSON: field → rule, place, snippet, confidence",
    "date_claims": "JSON array: every date of the page with its part",
    "periods": "JSON array: days that a summary or plan covers",
    "attachments": "JSON array: the files that the page offers",
    "warnings": "JSON array",
    "unknown_labels": "JSON array: labels of the panel that no field is known for",
    "rendition": "id of the rendition",
    "order": "place on the page, from 1",
    "sha256": "digest of the file",
    "length": "length of the file in bytes",
    "state": "where it stands",
    "at": "when (UTC)",
    "outcome": "same · changed · not_modified · not_found · gone · soft_404 · challenged · refused · failed · unlisted",
    "reason": "why, as a code",
    "from": "id of the document",
    "to": "id of the other document, or the number that it cites",
    "evidence": "why",
    "share": "part of the text that is shared, of 1",
    "since": "since when (UTC)",
    "entry_title": "title in the list",
    "entry_date": "day in the list",
    "date": "day as the list prints it",
    "first_listed_at": "when the list showed it first (UTC)",
    "last_listed_at": "when the list showed it last (UTC)",
    "walk": "number of the pass over the list",
    "walk_started_at": "when the last pass began (UTC)",
    "walk_open": "1: the pass is not over",
    "completed_at": "when a pass last reached the end (UTC)",
    "next_url": "next page of the open pass",
    "pages": "pages of the last pass",
    "total": "entries that the list says it holds",
    "homepage": "address of the site",
    "region": "code of the region (GB/T 2260)",
    "verified": "day of the last good live run",
    "schedule": "how often it is crawled",
    "toml": "the source file",
    "toml_sha256": "digest of the source file",
    "source_toml_sha256": "digest of the source file of that run",
    "updated_at": "when it was read last (UTC)",
    "last_run_at": "when the last run began (UTC)",
    "last_verdict": "ok · degraded · failed",
    "verdict": "ok · degraded · failed; null: it goes on or was broken off",
    "reasons": "JSON array: why it is not ok",
    "pending": "addresses that wait",
    "failed": "addresses that failed",
    "tool_version": "version of gongkai",
    "mode": "recent · full · reextract · import",
    "started_at": "when it began (UTC)",
    "finished_at": "when it ended (UTC)",
    "counts": "JSON: what it did",
    "code": "stable code of the issue",
    "level": "info · warning · error",
    "message": "for a person",
    "data": "JSON: details",
    "created_at": "when it was begun (UTC)",
    "committed_length": "bytes that are committed",
    "records": "records in it",
    "sealed_at": "when it was closed (UTC)",
    "address": "address to ask for",
    "priority": "0 lists, 10 new, 20 again",
    "page": "number of the list page in its pass",
    "discovered_at": "when it was found (UTC)",
    "listed_at": "when a list last showed it (UTC)",
    "found_on": "list page that it was found on",
    "due_at": "when it is due again (UTC)",
    "leased_by": "id of the run that fetches it",
    "leased_at": "since when (UTC)",
    "attempts": "failed attempts so far",
    "checked_at": "when it was checked last (UTC)",
    "interval_days": "days between the last two checks",
    "etag": "ETag of the last answer",
    "last_modified": "Last-Modified of the last answer",
}
"""Column name → meaning, for what is no field of ``archive.vocab``."""

OF_TABLE: dict[str, str] = {
    "runs.number": "its number in the archive that made it",
    "manifests.sha256": "digest of the manifest",
    "manifests.records": "lines in it",
    "manifests.key": "id of the key that signed it",
    "manifests.number": "number in the chain, from 1",
    "tombstones.records": "JSON array: the WARC records that were erased",
    "tombstones.key": "id of the key that signed it",
    "saved_searches.created_at": "when it was saved (UTC)",
    "sources.id": "id of the source file",
    "source_status.id": "id of the source file",
    "sources.seen_at": "where its addresses were seen",
    "sources.publisher": "publisher where a page does not say",
    "columns.id": "id of the list in the source file",
    "columns.url": "address of its first page",
    "urls.url": "canonical address",
    "urls.state": "discovered · leased · kept · done · failed",
    "entries.url": "canonical address",
    "aliases.url": "canonical address",
    "aliases.kind": "listed · final · part",
    "relations.kind": "reposts · forwards · issues · interprets · amends · repeals · corrects",
    "attachments.state": "listed · kept · skipped · failed",
    "attachments.version": "id of the version",
    "renditions.version": "id of the version",
    "document_versions.version": "id of the version",
    "renditions.column": "栏目: column as printed",
    "entries.title": "title as the list prints it",
    **{f"{table}.id": "number of the row" for table in (
        "versions", "renditions", "rendition_parts", "captures", "observations", "attachments", "relations", "runs",
        "issues")},
}  # fmt: skip
"""``table.column`` → meaning, where it differs from the bare name's."""

FIND_TEXT = """
SELECT id, day, title, publisher, source, trust, substr(text, max(1, instr(text, :text) - 40), 120) AS place, url
FROM search_documents
WHERE :text <> '' AND (instr(title, :text) OR instr(text, :text))
ORDER BY day DESC LIMIT 200
"""
# Both read the index that holds a rendition's fields without its text (archive.migrations.audit).
FIND_NUMBER = """
SELECT d.id, coalesce(r.published_at, r.issued_on) AS day, r.index_number, r.document_number, r.title, r.publisher,
    d.source, d.url
FROM renditions r INDEXED BY renditions_facts CROSS JOIN documents d ON d.current_rendition = r.id
WHERE :number <> '' AND (r.index_number = :number OR r.document_number = :number) AND d.withdrawn_at IS NULL
LIMIT 200
"""
CHANGES_SINCE = "SELECT * FROM change_events WHERE seen_at >= :since ORDER BY seen_at DESC LIMIT 1000"
MONTHS_OF_SOURCE = """
SELECT substr(coalesce(r.published_at, r.issued_on), 1, 7) AS month, count(*) AS documents,
    sum(d.trust = 'official') AS official
FROM documents d JOIN renditions r INDEXED BY renditions_facts ON r.id = d.current_rendition
WHERE d.source = :source AND d.withdrawn_at IS NULL GROUP BY 1 ORDER BY 1
"""
QUERIES: dict[str, tuple[str, str]] = {
    "find_text": ("Documents whose title or text holds these very characters, newest first.", FIND_TEXT),
    "find_number": ("Documents with this index number or document number, as printed.", FIND_NUMBER),
    "changes_since": ("What changed since a day (YYYY-MM-DD), newest first.", CHANGES_SINCE),
    "months_of_source": ("Documents of a source a month.", MONTHS_OF_SOURCE),
}
"""Name → what it answers, SQL with named parameters."""


def metadata(columns: dict[str, list[str]]) -> dict[str, Any]:
    """Datasette's metadata; ``columns``: the column names of each table and view."""
    described = {
        table: {"description": text, "columns": {n: said for n in columns[table] if (said := meaning(table, n))}}
        for table, text in TABLES.items()
    }
    hidden = {table: {"hidden": True} for table in HIDDEN}
    queries = {name: {"title": text, "sql": sql.strip()} for name, (text, sql) in QUERIES.items()}
    return {
        "title": "gongkai 公开",
        "description": "An archive of Chinese government disclosure pages: documents, their versions, and the captures "
        "that prove them. Start at current_documents and source_status.",
        "databases": {"archive": {"tables": described | hidden, "queries": queries}},
    }


def meaning(table: str, column: str) -> str | None:
    """What a column holds; None where nobody has said it."""
    said = OF_TABLE.get(f"{table}.{column}") or COLUMNS.get(column)
    field = FIELD_BY_NAME.get(column)
    if said or not field:
        return said
    return f"{field.label}: {field.meaning.strip()}" + (" (JSON array)" if field.array else "")


def schema_columns() -> dict[str, list[str]]:
    """The column names of a new archive's tables and views."""
    from sqlite_utils import Database

    from archive.schema import migrate

    db = Database(memory=True)
    migrate(db)
    names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    return {name: [row[1] for row in db.execute(f'PRAGMA table_info("{name}")')] for name in names}


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(metadata(schema_columns()), option=orjson.OPT_INDENT_2) + b"\n")
