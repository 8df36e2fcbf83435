"""The tables of schema 1: every field of the data model, also those that later features fill, so that an archive
written today never has to be guessed at tomorrow. Never edited: later changes stand in ``archive.schema_changes``.
"""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

__all__ = ["METADATA_COLUMNS", "migrations", "statements"]

migrations = Migrations("gongkai")

METADATA_COLUMNS = """
    index_number TEXT, title TEXT, document_number TEXT, publisher TEXT, publisher_full TEXT,
    issuers TEXT, addressed_to TEXT, content_source TEXT, issued_on TEXT, published_at TEXT,
    effective_on TEXT, repealed_on TEXT, validity TEXT, period_start TEXT, period_end TEXT,
    doc_type TEXT, genre TEXT, disclosure TEXT, subject TEXT, catalog_class TEXT, audience TEXT,
    keywords TEXT, summary TEXT, editor TEXT, site_name TEXT, site_domain TEXT, site_id_code TEXT,
    "column" TEXT
"""

# Written as SQL, because checks, partial indexes and views cannot be said through sqlite-utils' create().
FIRST = f"""
CREATE TABLE sources (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, publisher TEXT, homepage TEXT NOT NULL, family TEXT,
    region TEXT, seen_at TEXT, verified TEXT, schedule TEXT, toml TEXT NOT NULL,
    toml_sha256 TEXT NOT NULL, updated_at TEXT NOT NULL
);
CREATE TABLE columns (
    source TEXT NOT NULL REFERENCES sources(id), id TEXT NOT NULL, name TEXT, url TEXT NOT NULL,
    walk INTEGER NOT NULL DEFAULT 0, walk_started_at TEXT, walk_open INTEGER NOT NULL DEFAULT 0,
    completed_at TEXT, next_url TEXT, pages INTEGER NOT NULL DEFAULT 0, total INTEGER,
    PRIMARY KEY (source, id)
);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, source TEXT REFERENCES sources(id), source_toml_sha256 TEXT,
    tool_version TEXT NOT NULL, reader TEXT, mode TEXT NOT NULL, started_at TEXT NOT NULL,
    finished_at TEXT, counts TEXT NOT NULL DEFAULT '{{}}', verdict TEXT, reasons TEXT NOT NULL DEFAULT '[]'
);
CREATE TABLE warc_files (
    name TEXT PRIMARY KEY, created_at TEXT NOT NULL, committed_length INTEGER NOT NULL DEFAULT 0,
    records INTEGER NOT NULL DEFAULT 0, sealed_at TEXT
);
CREATE TABLE captures (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL, final_url TEXT NOT NULL, source TEXT REFERENCES sources(id),
    "column" TEXT, run INTEGER REFERENCES runs(id), kind TEXT NOT NULL, fetched_at TEXT, imported_at TEXT,
    captured_by TEXT NOT NULL, status INTEGER, media_type TEXT, headers TEXT NOT NULL DEFAULT '[]', ip TEXT,
    warc_file TEXT NOT NULL REFERENCES warc_files(name), warc_offset INTEGER NOT NULL,
    warc_length INTEGER NOT NULL, record_id TEXT NOT NULL, payload_sha256 TEXT NOT NULL,
    payload_length INTEGER NOT NULL, revisit_of INTEGER REFERENCES captures(id),
    rendered INTEGER NOT NULL DEFAULT 0, robots TEXT, terms_url TEXT, entry_title TEXT, entry_date TEXT,
    import_path TEXT, UNIQUE (warc_file, warc_offset)
);
CREATE INDEX captures_url ON captures (url);
CREATE INDEX captures_payload ON captures (payload_sha256);
CREATE INDEX captures_held ON captures (payload_sha256) WHERE revisit_of IS NULL;
CREATE INDEX captures_record ON captures (record_id);
CREATE TABLE urls (
    url TEXT PRIMARY KEY, address TEXT NOT NULL, source TEXT NOT NULL REFERENCES sources(id), "column" TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('list', 'article', 'part', 'attachment')),
    state TEXT NOT NULL CHECK (state IN ('discovered', 'leased', 'kept', 'done', 'failed')),
    priority INTEGER NOT NULL DEFAULT 0, walk INTEGER, page INTEGER, discovered_at TEXT NOT NULL, listed_at TEXT,
    found_on TEXT, due_at TEXT, leased_by INTEGER REFERENCES runs(id), leased_at TEXT,
    attempts INTEGER NOT NULL DEFAULT 0, reason TEXT, checked_at TEXT, interval_days INTEGER,
    capture INTEGER REFERENCES captures(id), etag TEXT, last_modified TEXT, entry_title TEXT, entry_date TEXT
) WITHOUT ROWID;
CREATE INDEX urls_due ON urls (source, state, priority, due_at);
CREATE INDEX urls_parts ON urls (walk, page) WHERE kind = 'part';
CREATE TABLE entries (
    source TEXT NOT NULL, "column" TEXT NOT NULL, url TEXT NOT NULL, title TEXT, date TEXT,
    first_listed_at TEXT NOT NULL, last_listed_at TEXT NOT NULL, walk INTEGER NOT NULL,
    PRIMARY KEY (source, "column", url), FOREIGN KEY (source, "column") REFERENCES columns(source, id)
) WITHOUT ROWID;
CREATE TABLE observations (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL, at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('same', 'changed', 'not_modified', 'not_found', 'gone', 'soft_404',
        'challenged', 'refused', 'failed', 'unlisted')),
    capture INTEGER REFERENCES captures(id), run INTEGER REFERENCES runs(id), reason TEXT
);
CREATE INDEX observations_url ON observations (url, at);
CREATE INDEX observations_run ON observations (run);
CREATE TABLE documents (
    id TEXT PRIMARY KEY, url TEXT NOT NULL, source TEXT REFERENCES sources(id), "column" TEXT,
    trust TEXT NOT NULL CHECK (trust IN ('official', 'claimed', 'repost', 'hijacked', 'unknown')),
    trust_evidence TEXT NOT NULL DEFAULT '[]', flags TEXT NOT NULL DEFAULT '[]',
    current_version INTEGER REFERENCES versions(id), current_rendition INTEGER REFERENCES renditions(id),
    first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, gone_at TEXT, moved_to TEXT, unlisted_at TEXT,
    withdrawn_at TEXT, withdrawn_why TEXT, duplicate_of TEXT REFERENCES documents(id), import_path TEXT
);
CREATE INDEX documents_source ON documents (source);
CREATE INDEX documents_rendition ON documents (current_rendition);
CREATE TABLE aliases (
    url TEXT PRIMARY KEY, document TEXT NOT NULL REFERENCES documents(id), kind TEXT NOT NULL, since TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE versions (
    id INTEGER PRIMARY KEY, document TEXT NOT NULL REFERENCES documents(id), number INTEGER NOT NULL,
    first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, capture INTEGER NOT NULL REFERENCES captures(id),
    content_sha256 TEXT NOT NULL,
    change TEXT NOT NULL CHECK (change IN ('created', 'text', 'metadata', 'attachment', 'gone', 'restored',
        'moved', 'unlisted')),
    changed TEXT NOT NULL DEFAULT '[]', not_before TEXT, UNIQUE (document, number)
);
CREATE INDEX versions_first_seen ON versions (first_seen_at);
CREATE TABLE renditions (
    id INTEGER PRIMARY KEY, version INTEGER NOT NULL REFERENCES versions(id), reader TEXT NOT NULL,
    capture INTEGER NOT NULL REFERENCES captures(id), parts INTEGER NOT NULL DEFAULT 0, made_at TEXT NOT NULL,
    content_sha256 TEXT NOT NULL, text_sha256 TEXT NOT NULL DEFAULT '', encoding TEXT, family TEXT,
    text TEXT NOT NULL, markdown TEXT NOT NULL,
    {METADATA_COLUMNS},
    origins TEXT NOT NULL DEFAULT '{{}}', date_claims TEXT NOT NULL DEFAULT '[]',
    periods TEXT NOT NULL DEFAULT '[]', flags TEXT NOT NULL DEFAULT '[]',
    attachments TEXT NOT NULL DEFAULT '[]', warnings TEXT NOT NULL DEFAULT '[]',
    unknown_labels TEXT NOT NULL DEFAULT '[]', UNIQUE (version, reader, parts)
);
CREATE INDEX renditions_text ON renditions (text_sha256);
CREATE INDEX renditions_index_number ON renditions (index_number);
CREATE TABLE rendition_parts (
    id INTEGER PRIMARY KEY, rendition INTEGER NOT NULL REFERENCES renditions(id), number INTEGER NOT NULL,
    url TEXT NOT NULL, capture INTEGER REFERENCES captures(id), UNIQUE (rendition, number)
);
CREATE TABLE attachments (
    id INTEGER PRIMARY KEY, document TEXT NOT NULL REFERENCES documents(id),
    version INTEGER NOT NULL REFERENCES versions(id), "order" INTEGER NOT NULL, name TEXT NOT NULL, url TEXT NOT NULL,
    media_type TEXT, sha256 TEXT, length INTEGER, text TEXT, capture INTEGER REFERENCES captures(id),
    state TEXT NOT NULL CHECK (state IN ('listed', 'kept', 'skipped', 'failed')), UNIQUE (version, "order")
);
CREATE TABLE relations (
    id INTEGER PRIMARY KEY, "from" TEXT NOT NULL REFERENCES documents(id), "to" TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reposts', 'forwards', 'issues', 'interprets', 'amends', 'repeals',
        'corrects')),
    evidence TEXT, share REAL, UNIQUE ("from", "to", kind)
);
CREATE INDEX relations_to ON relations ("to");
CREATE TABLE unindexed (document TEXT PRIMARY KEY REFERENCES documents(id)) WITHOUT ROWID;
CREATE TABLE unlinked (document TEXT PRIMARY KEY REFERENCES documents(id), sketch BLOB) WITHOUT ROWID;
CREATE TABLE sketches (
    id INTEGER PRIMARY KEY, document TEXT NOT NULL UNIQUE REFERENCES documents(id), official INTEGER NOT NULL,
    bands BLOB NOT NULL
);
CREATE TABLE sketch_bands (
    official INTEGER NOT NULL, band INTEGER NOT NULL, sketch INTEGER NOT NULL REFERENCES sketches(id),
    PRIMARY KEY (official, band, sketch)
) WITHOUT ROWID;
CREATE TABLE issues (
    id INTEGER PRIMARY KEY, run INTEGER REFERENCES runs(id), source TEXT, url TEXT, code TEXT NOT NULL,
    level TEXT NOT NULL, message TEXT NOT NULL, data TEXT NOT NULL DEFAULT '{{}}', at TEXT NOT NULL
);
CREATE INDEX issues_run ON issues (run);
CREATE VIRTUAL TABLE search_index USING fts5 (
    title, text, numbers, content='', detail='full',
    tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"
);
CREATE TABLE search_rows (
    id INTEGER PRIMARY KEY, document TEXT NOT NULL UNIQUE REFERENCES documents(id),
    rendition INTEGER NOT NULL REFERENCES renditions(id), trust TEXT, flags TEXT NOT NULL DEFAULT '[]',
    source TEXT, day TEXT, publisher TEXT, index_number TEXT, document_number TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0
);
CREATE TRIGGER documents_judged AFTER UPDATE OF trust, flags, withdrawn_at ON documents BEGIN
    UPDATE search_rows SET trust = new.trust, flags = new.flags, withdrawn = new.withdrawn_at IS NOT NULL
    WHERE document = new.id;
END;
CREATE VIEW current_documents AS
    SELECT d.id, d.trust, d.flags, r.title, r.publisher, r.publisher_full, r.index_number, r.document_number,
        r.issued_on, r.published_at, r.period_start, r.period_end, r.doc_type, r.catalog_class, r.subject,
        r.content_source, r.issuers, r.text, d.url, d.source, d."column", v.number AS version, v.first_seen_at,
        v.last_seen_at, v.change, d.gone_at, d.duplicate_of, c.fetched_at AS captured_at, c.warc_file,
        c.warc_offset, r.reader, d.import_path
    FROM documents d
    JOIN versions v ON v.id = d.current_version
    JOIN renditions r ON r.id = d.current_rendition
    JOIN captures c ON c.id = r.capture
    WHERE d.withdrawn_at IS NULL;
CREATE VIEW source_status AS
    SELECT s.id, s.name, s.family, s.region, s.verified,
        (SELECT count(*) FROM documents d WHERE d.source = s.id AND d.withdrawn_at IS NULL) AS documents,
        (SELECT count(*) FROM documents d WHERE d.source = s.id AND d.gone_at IS NOT NULL) AS gone,
        (SELECT max(started_at) FROM runs r WHERE r.source = s.id) AS last_run_at,
        (SELECT verdict FROM runs r WHERE r.source = s.id ORDER BY id DESC LIMIT 1) AS last_verdict,
        (SELECT reasons FROM runs r WHERE r.source = s.id ORDER BY id DESC LIMIT 1) AS reasons,
        (SELECT count(*) FROM urls u WHERE u.source = s.id AND u.state NOT IN ('done', 'failed')) AS pending,
        (SELECT count(*) FROM urls u WHERE u.source = s.id AND u.state = 'failed') AS failed
    FROM sources s;
"""


@migrations()
def first(db: Database) -> None:
    """The whole data model (house plan §4)."""
    for statement in statements(FIRST):
        db.execute(statement)


def statements(script: str) -> list[str]:
    """The single statements of a script; executescript() would commit the migration's transaction."""
    found, rest = [], ""
    for piece in script.split(";"):
        rest += piece + ";"
        if sqlite3.complete_statement(rest):
            found.append(rest.strip())
            rest = ""
    return [s for s in found if s != ";"]
