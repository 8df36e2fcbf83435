"""The search index by rank: rows numbered in the order of the hits, filters as terms, facets, saved searches."""

from __future__ import annotations

from sqlite_utils import Database

from archive.schema_first import statements

__all__ = ["search_by_rank"]

# The searched form has no white space but between tokens; all else belongs to one. `unicode61` would look up every
# character's category for that.
SIGNS = "".join(sign for sign in map(chr, range(33, 127)) if not sign.isalnum())
TOKENIZER = "ascii tokenchars '" + SIGNS.replace("'", "''").replace('"', '""') + "'"
SEARCH_BY_RANK = f"""
DROP TRIGGER documents_judged;
DROP TABLE search_index;
DROP TABLE search_rows;
CREATE VIRTUAL TABLE search_index USING fts5 (
    tokens, content='', columnsize=0, detail='full', tokenize="{TOKENIZER}"
);
INSERT INTO search_index (search_index, rank) VALUES ('automerge', 8);
INSERT INTO search_index (search_index, rank) VALUES ('usermerge', 16);
CREATE TABLE search_rows (
    id INTEGER PRIMARY KEY, document TEXT NOT NULL UNIQUE REFERENCES documents(id),
    rendition INTEGER NOT NULL REFERENCES renditions(id)
);
CREATE TABLE search_facets (id INTEGER PRIMARY KEY REFERENCES search_rows(id), code INTEGER NOT NULL);
CREATE TABLE search_terms (id INTEGER PRIMARY KEY REFERENCES search_rows(id), terms TEXT NOT NULL);
CREATE TABLE search_values (
    field TEXT NOT NULL, number INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (field, number),
    UNIQUE (field, value)
) WITHOUT ROWID;
DROP TABLE unindexed;
CREATE TABLE unindexed (number INTEGER PRIMARY KEY, document TEXT NOT NULL UNIQUE REFERENCES documents(id));
CREATE TABLE search_state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE saved_searches (
    name TEXT PRIMARY KEY, query TEXT NOT NULL, created_at TEXT NOT NULL, looked_at TEXT NOT NULL,
    seen_version INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX documents_duplicate ON documents (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE TRIGGER documents_judged AFTER UPDATE OF trust, flags, withdrawn_at, source ON documents
WHEN (new.trust, new.flags, new.withdrawn_at, new.source) IS NOT (old.trust, old.flags, old.withdrawn_at, old.source)
BEGIN
    INSERT OR IGNORE INTO unindexed (document) VALUES (new.id);
END;
CREATE TRIGGER sources_moved AFTER UPDATE OF region ON sources WHEN new.region IS NOT old.region BEGIN
    INSERT OR IGNORE INTO unindexed (document)
    SELECT id FROM documents WHERE source = new.id AND current_rendition IS NOT NULL;
END;
INSERT OR IGNORE INTO unindexed (document) SELECT id FROM documents WHERE current_rendition IS NOT NULL ORDER BY rowid;
"""


def search_by_rank(db: Database) -> None:
    """The search index anew: rows numbered in the order of the hits, filters as terms, facets in a table."""
    for statement in statements(SEARCH_BY_RANK):
        db.execute(statement)
