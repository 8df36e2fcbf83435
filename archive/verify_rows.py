"""The rules by which rows of the database fit each other: what one table says and another one does not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from archive.verify_warc import Damage

__all__ = ["check_rows"]

CONTENT = "('created', 'text', 'metadata', 'attachment', 'restored')"
AGAIN = "run `gongkai reextract`"

# kind, rebuildable, SQL that yields (where, message)
RULES: tuple[tuple[str, bool, str], ...] = (
    (
        "document_without_version",
        True,
        """SELECT 'document ' || d.id, 'has no version that could be shown' FROM documents d
           LEFT JOIN versions v ON v.id = d.current_version AND v.document = d.id WHERE v.id IS NULL""",
    ),
    (
        "document_without_rendition",
        True,
        f"""SELECT 'document ' || d.id, 'has no reading that could be shown: {AGAIN}' FROM documents d
           LEFT JOIN renditions r ON r.id = d.current_rendition LEFT JOIN versions v ON v.id = r.version
           WHERE v.document IS NULL OR v.document != d.id""",
    ),
    (
        "document_differs",
        True,
        """SELECT 'document ' || d.id, CASE WHEN d.gone_at IS NULL THEN 'its last version is gone, the document is not'
               ELSE 'it is gone, its last version is not' END
           FROM documents d JOIN versions v ON v.id = d.current_version
           WHERE (d.gone_at IS NOT NULL) != (v.change IN ('gone', 'moved'))""",
    ),
    (
        "document_differs",
        True,
        """SELECT 'document ' || d.id,
               'was seen first on ' || d.first_seen_at || ', its versions on ' || min(v.first_seen_at)
           FROM documents d JOIN versions v ON v.document = d.id GROUP BY d.id
           HAVING d.first_seen_at != min(v.first_seen_at)""",
    ),
    (
        "document_differs",
        True,
        """SELECT 'document ' || d.id,
               'was seen last on ' || d.last_seen_at || ', a version of it on ' || max(v.last_seen_at)
           FROM documents d JOIN versions v ON v.document = d.id WHERE v.change NOT IN ('gone', 'moved')
           GROUP BY d.id HAVING d.last_seen_at < max(v.last_seen_at)""",
    ),
    (
        "version_missing",
        True,
        """SELECT 'document ' || document, count(*) || ' versions are held, the last is number ' || max(number)
           FROM versions GROUP BY document HAVING count(*) != max(number) OR min(number) != 1""",
    ),
    (
        "version_without_capture",
        False,
        """SELECT 'version ' || v.id, 'no capture proves it' FROM versions v
           LEFT JOIN captures c ON c.id = v.capture WHERE c.id IS NULL""",
    ),
    (
        "version_differs",
        True,
        f"""SELECT 'version ' || v.id, 'no reading of it has the content that its digest says: {AGAIN}' FROM versions v
           WHERE v.change IN {CONTENT} AND v.content_sha256 != '' AND EXISTS
               (SELECT 1 FROM renditions r WHERE r.version = v.id) AND NOT EXISTS
               (SELECT 1 FROM renditions r WHERE r.version = v.id AND r.content_sha256 = v.content_sha256)""",
    ),
    (
        "version_without_rendition",
        True,
        f"""SELECT 'version ' || v.id, 'nobody has read it: {AGAIN}' FROM versions v WHERE v.change IN {CONTENT}
           AND NOT EXISTS (SELECT 1 FROM renditions r WHERE r.version = v.id)""",
    ),
    (
        "rendition_without_capture",
        False,
        """SELECT 'rendition ' || r.id, 'the capture that it reads is missing' FROM renditions r
           LEFT JOIN captures c ON c.id = r.capture WHERE c.id IS NULL""",
    ),
    (
        "part_without_capture",
        False,
        """SELECT 'rendition ' || p.rendition, 'the capture of ' || p.url || ', which it reads, is missing'
           FROM rendition_parts p LEFT JOIN captures c ON c.id = p.capture
           WHERE p.capture IS NOT NULL AND c.id IS NULL""",
    ),
    (
        "parts",
        True,
        """SELECT 'rendition ' || r.id, 'has ' || r.parts || ' further pages, but ' || count(p.capture) || ' are named'
           FROM renditions r LEFT JOIN rendition_parts p ON p.rendition = r.id
           GROUP BY r.id HAVING r.parts != count(p.capture)""",
    ),
    (
        "relation_differs",
        True,
        """SELECT 'document ' || d.id, 'is said to be a copy of ' || d.duplicate_of || ', but no relation says why'
           FROM documents d WHERE d.duplicate_of IS NOT NULL AND NOT EXISTS (SELECT 1 FROM relations r
               WHERE r."from" = d.id AND r."to" = d.duplicate_of AND r.kind = 'reposts')""",
    ),
    (
        "relation_differs",
        True,
        """SELECT 'relation ' || r.id,
               'says that ' || r."from" || ' is a copy of ' || r."to" || ', its document does not'
           FROM relations r JOIN documents d ON d.id = r."from"
           WHERE r.kind = 'reposts' AND d.duplicate_of IS NOT r."to" """,
    ),
    (
        "entry_missing",
        True,
        """SELECT 'url ' || u.url, 'was found in a list, but the list''s entry is missing' FROM urls u
           WHERE u.kind = 'article' AND u.found_on IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entries e
               WHERE e.source = u.source AND e."column" = u."column" AND e.url = u.url)""",
    ),
    (
        "url_missing",
        True,
        """SELECT 'entry ' || e.url, 'the crawl does not know the address that column ' || e."column" || ' lists'
           FROM entries e LEFT JOIN urls u ON u.url = e.url WHERE u.url IS NULL""",
    ),
    (
        "url_missing",
        True,
        """SELECT 'observation ' || o.id, 'the crawl does not know the address ' || o.url || ', which it checked'
           FROM observations o JOIN runs r ON r.id = o.run LEFT JOIN urls u ON u.url = o.url
           WHERE r.source IS NOT NULL AND u.url IS NULL""",
    ),
    (
        "not_indexed",
        True,
        f"""SELECT 'document ' || d.id, 'is neither in the search index nor waits for it: {AGAIN}' FROM documents d
           WHERE d.withdrawn_at IS NULL AND d.current_rendition IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM search_rows s WHERE s.document = d.id)
               AND NOT EXISTS (SELECT 1 FROM unindexed w WHERE w.document = d.id)""",
    ),
    (
        "withdrawn_shown",
        True,
        """SELECT 'document ' || d.id, 'is withdrawn and still in the search index' FROM documents d
           JOIN search_rows s ON s.document = d.id WHERE d.withdrawn_at IS NOT NULL""",
    ),
    (
        "tombstone_missing",
        False,
        """SELECT 'document ' || d.id, 'is withdrawn, but no tombstone says why' FROM documents d LEFT JOIN tombstones t
           ON t.document = d.id AND t.lifted_at IS NULL WHERE d.withdrawn_at IS NOT NULL AND t.document IS NULL""",
    ),
    (
        "tombstone_ignored",
        True,
        """SELECT 'document ' || d.id, 'has a tombstone and is shown: run `gongkai restrict` again' FROM documents d
           JOIN tombstones t ON t.document = d.id WHERE t.lifted_at IS NULL AND d.withdrawn_at IS NULL""",
    ),
)
SHOWN = 1000  # damages of one kind; more say nothing new


def check_rows(conn: sqlite3.Connection) -> Iterator[Damage]:
    """What SQLite itself finds wrong, references that lead nowhere, and rows that do not fit."""
    for (message,) in conn.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield Damage("database", "archive.db", str(message), True)
    for table, rowid, parent, _ in conn.execute("PRAGMA foreign_key_check"):
        yield Damage("reference", f"{table} row {rowid}", f"points at a row of {parent} that is missing", False)
    for kind, rebuildable, query in RULES:
        for where, message in conn.execute(f"{query} LIMIT {SHOWN}"):
            yield Damage(kind, where, message, rebuildable)
