"""Two archives compared row for row, whatever numbers the rows have: for what is made again, merged or copied."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

__all__ = ["DOCUMENTS", "TABLES", "differences"]

PLACE = "(SELECT warc_file || '@' || warc_offset FROM captures WHERE id = {})"
METADATA = """text, markdown, title, publisher, publisher_full, index_number, document_number, issuers, addressed_to,
    content_source, issued_on, published_at, effective_on, repealed_on, validity, period_start, period_end, doc_type,
    genre, disclosure, subject, catalog_class, audience, keywords, summary, editor, site_name, site_domain,
    site_id_code, r."column", origins, date_claims, periods, attachments, warnings, unknown_labels"""
DOCUMENTS = {
    "documents": """SELECT d.id, url, source, "column", trust, trust_evidence, flags, d.first_seen_at, d.last_seen_at,
        gone_at, d.moved_to, unlisted_at, withdrawn_at, withdrawn_why, duplicate_of, import_path, v.number
        FROM documents d LEFT JOIN versions v ON v.id = d.current_version""",
    "versions": f"""SELECT document, number, first_seen_at, last_seen_at, content_sha256, change, changed, not_before,
        moved_to, moved_why, {PLACE.format("capture")} FROM versions""",
    "aliases": "SELECT url, document, kind, since FROM aliases",
    "relations": 'SELECT "from", "to", kind, evidence, share FROM relations',
    "attachments": """SELECT a.document, v.number, "order", a.name, a.url, media_type, state
        FROM attachments a JOIN versions v ON v.id = a.version""",
    "readings": f"""SELECT d.id, reader, parts, r.content_sha256, text_sha256, encoding, family, r.flags,
        {PLACE.format("r.capture")}, {METADATA}
        FROM documents d JOIN renditions r ON r.id = d.current_rendition""",
    "parts": f"""SELECT d.id, p.number, p.url, {PLACE.format("p.capture")}
        FROM documents d JOIN rendition_parts p ON p.rendition = d.current_rendition""",
}
TABLES = DOCUMENTS | {
    "sources": "SELECT * FROM sources",
    "columns": "SELECT * FROM columns",
    "entries": "SELECT * FROM entries",
    "runs": """SELECT id, source, source_toml_sha256, tool_version, reader, mode, started_at, finished_at, counts,
        verdict, reasons, origin, number FROM runs""",
    "captures": f"""SELECT url, final_url, source, "column", run, kind, fetched_at, imported_at, captured_by, status,
        media_type, headers, ip, warc_file, warc_offset, warc_length, record_id, payload_sha256, payload_length,
        {PLACE.format("c.revisit_of")}, rendered, robots, terms_url, entry_title, entry_date, import_path
        FROM captures c""",
    "observations": f"SELECT url, at, outcome, {PLACE.format('capture')}, run, reason FROM observations",
    "issues": """SELECT run, source, url, code, level, message, at FROM issues WHERE run IS NOT NULL""",
    "urls": f"""SELECT url, address, source, "column", kind, state, priority, page, discovered_at, listed_at, found_on,
        due_at, attempts, reason, checked_at, interval_days, {PLACE.format("capture")}, entry_title, entry_date,
        CASE WHEN kind = 'list' THEN walk END FROM urls""",
    "warc_files": """SELECT name, created_at, committed_length, records FROM warc_files
        WHERE name IN (SELECT warc_file FROM captures)""",
    "search": "SELECT document FROM search_rows",
}


def differences(one: Path, other: Path, tables: Iterable[str] = TABLES) -> list[str]:
    """What one of two databases has and the other has not, table by table."""
    return [line for table in tables for line in _of_table(one, other, table)]


def _of_table(one: Path, other: Path, table: str) -> list[str]:
    rows = [_rows(path, TABLES[table]) for path in (one, other)]
    lines = [f"{table}: only in {one.name}: {row}" for row in rows[0] if row not in set(rows[1])]
    lines += [f"{table}: only in {other.name}: {row}" for row in rows[1] if row not in set(rows[0])]
    return lines or [f"{table}: {len(rows[0])} rows and {len(rows[1])}"] * (len(rows[0]) != len(rows[1]))


def _rows(path: Path, query: str) -> list[tuple[object, ...]]:
    conn = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return conn.execute(query).fetchall()
    finally:
        conn.close()
