"""What a database that is made again takes over from an older one: rows that no WARC file holds.

Readings by older rules (a text that was cited by its digest is still found), and issues of no run. Both databases are
of the present schema; the older one is attached as ``older``.
"""

from __future__ import annotations

import sqlite3

__all__ = ["carry_over"]

OWN = ("id", "version", "capture")
MATCHED = """
    FROM older.renditions r
    JOIN older.versions ov ON ov.id = r.version
    JOIN older.captures oc ON oc.id = ov.capture JOIN captures c ON c.record_id = oc.record_id
    JOIN versions v ON v.document = ov.document AND v.capture = c.id
    JOIN older.captures orc ON orc.id = r.capture JOIN captures rc ON rc.record_id = orc.record_id
    WHERE NOT EXISTS (SELECT 1 FROM renditions h WHERE h.version = v.id AND h.reader = r.reader AND h.parts = r.parts)
"""


def carry_over(conn: sqlite3.Connection) -> int:
    """Take over what is missing (inside a transaction); returns how many readings. Their numbers are below zero: the
    newest reading of a version has the highest number, and these are older than all that were made now."""
    names = [row[1] for row in conn.execute("PRAGMA main.table_info(renditions)") if row[1] not in OWN]
    listed, taken = ", ".join(f'"{n}"' for n in names), ", ".join(f'r."{n}"' for n in names)
    lowest: int = conn.execute("SELECT min(0, coalesce(min(id), 0)) FROM renditions").fetchone()[0]
    of_each = f"SELECT {lowest} - row_number() OVER (ORDER BY r.id DESC) AS id, v.id AS version, rc.id AS capture, r.id"
    conn.execute(f"CREATE TEMP TABLE carried AS {of_each} AS older {MATCHED}")
    carried = conn.execute(
        f"""INSERT OR IGNORE INTO renditions (id, version, capture, {listed})
            SELECT t.id, t.version, t.capture, {taken} FROM carried t JOIN older.renditions r ON r.id = t.older"""
    ).rowcount
    conn.execute(
        """INSERT OR IGNORE INTO rendition_parts (rendition, number, url, capture)
           SELECT t.id, p.number, p.url, c.id FROM carried t JOIN older.rendition_parts p ON p.rendition = t.older
           JOIN renditions r ON r.id = t.id
           LEFT JOIN older.captures o ON o.id = p.capture LEFT JOIN captures c ON c.record_id = o.record_id"""
    )
    conn.execute("DROP TABLE carried")
    conn.execute(
        """INSERT INTO issues (run, source, url, code, level, message, data, at)
           SELECT NULL, source, url, code, level, message, data, at FROM older.issues o WHERE o.run IS NULL
           AND NOT EXISTS (SELECT 1 FROM issues i WHERE i.run IS NULL AND i.code = o.code AND i.message = o.message
               AND i.at = o.at)"""
    )
    return carried
