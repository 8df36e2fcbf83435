"""``removed.jsonl``: what a reader of an older export has to drop. Ids and times only: never a title, text, address or
reason of a withdrawn document.

One line a document, ordered by id: ``{"id", "code", "withdrawn_at"}``. Every export lists all documents that the
archive withdrew (code ``withdrawn``). An update also lists what the earlier export held and this one's selection does
not: ``folded`` (it stands as a copy with its original now), ``unselected`` (the filters no longer mean it), ``missing``
(the archive holds no such document).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import orjson

from archive.export.files import ExportedFile, Writing

__all__ = ["REMOVED", "write_removed"]

REMOVED = "removed.jsonl"
READ = """
    SELECT id, 'withdrawn', withdrawn_at FROM documents WHERE withdrawn_at IS NOT NULL
    UNION ALL
    SELECT l.value, CASE WHEN d.id IS NULL THEN 'missing'
            WHEN l.value IN (SELECT id FROM temp.export_copies) THEN 'folded' ELSE 'unselected' END, NULL
        FROM json_each(?) l LEFT JOIN documents d ON d.id = l.value WHERE d.withdrawn_at IS NULL
    ORDER BY 1
"""


def write_removed(conn: sqlite3.Connection, folder: Path, left: Sequence[str]) -> tuple[ExportedFile, int]:
    """The file and how many documents it names. ``left``: what an earlier export held and this selection does not."""
    writing, count = Writing(folder / REMOVED), 0
    try:
        for id, code, withdrawn_at in conn.execute(READ, [orjson.dumps(left).decode()]):
            line = {"id": id, "code": code, "withdrawn_at": withdrawn_at}
            writing.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
            count += 1
    finally:
        done = writing.done()
    return done, count
