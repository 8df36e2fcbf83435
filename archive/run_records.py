"""A run as it stands in a WARC file: what no capture says, so that the database can be made again from the files alone.

A run leaves two kinds of ``resource`` records: ``urn:gongkai:run:<number>``, written whenever it begins or is taken up
and once more when it is over (the last one counts), and, when it is over, ``urn:gongkai:run:<number>:checks``: its
observations in the order in which they were made, those without an answer among them, and its issues. They are made
of the database's rows alone; a run whose record is missing (its process was killed, or was older than these records)
gets it from the next run of any source.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from sqlite_utils import Database

from archive.clock import stamp
from archive.database import transaction
from archive.model import Mode, Verdict

__all__ = ["CHECKS", "RUN", "RunRow", "origin_of", "write_run", "write_run_records"]

RUN, CHECKS = "urn:gongkai:run:", ":checks"
MEDIA_TYPE = "application/json"
AT_ONCE = 10_000  # observations, or issues, a record

ROW = """
    SELECT r.id, coalesce(r.origin, (SELECT id FROM origin)) AS origin, coalesce(r.number, r.id) AS number, r.source,
        r.source_toml_sha256, r.tool_version, r.reader, r.mode, r.started_at, r.finished_at, r.verdict, r.reasons,
        r.counts, (SELECT coalesce(max(id), 0) FROM observations WHERE run = r.id OR r.finished_at IS NULL) AS after
    FROM runs r WHERE r.id = ?
"""
# A further page's own address says nothing of its article: ``first`` does (``archive.frontier_parts``).
OBSERVED = """
    SELECT o.id, o.url, o.at, o.outcome, c.record_id, o.reason, CASE WHEN u.kind = 'part' THEN u.found_on END
    FROM observations o LEFT JOIN captures c ON c.id = o.capture LEFT JOIN urls u ON u.url = o.url
    WHERE o.run = ? AND o.id > ? ORDER BY o.id LIMIT ?
"""
NOTICED = """
    SELECT id, source, url, code, level, message, data, at FROM issues WHERE run = ? AND id > ? ORDER BY id LIMIT ?
"""


class Recorder(Protocol):
    """Where records go: ``archive.captures.Captures``."""

    def append_resource(self, uri: str, media_type: str, payload: bytes, at: str) -> None: ...


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as its record says it. ``origin`` and ``number``: the archive that made it, and its number there.
    ``after``: the last observation (of any run) before it began or was taken up, or its own last one once it is over:
    so runs side by side keep their order."""

    origin: str
    number: int
    source: str | None
    source_toml_sha256: str | None
    tool_version: str
    reader: str | None
    mode: Mode
    started_at: str
    finished_at: str | None
    verdict: Verdict | None
    reasons: tuple[str, ...]
    counts: dict[str, int]
    after: int

    @classmethod
    def of(cls, said: dict[str, Any]) -> RunRow:
        """The row of a record's JSON. Raises KeyError or TypeError where it says too little."""
        known = {name: said[name] for name in cls.__dataclass_fields__}
        return cls(**known | {"reasons": tuple(said["reasons"]), "counts": dict(said["counts"])})


def origin_of(conn: sqlite3.Connection) -> str:
    """The name that this archive gave itself when it was made: 32 hex digits."""
    return str(conn.execute("SELECT id FROM origin").fetchone()[0])


def write_run(conn: sqlite3.Connection, recorder: Recorder, run: int, at: str) -> None:
    """The run's row as it is now, as a record. Not within a transaction."""
    row = _row(conn, run)
    recorder.append_resource(f"{RUN}{row['number']}", MEDIA_TYPE, orjson.dumps(row), at)


def write_run_records(db: Database, recorder: Recorder) -> None:
    """The records of all runs that are over and have none yet; transactions of its own. A kill in the middle has
    some written twice, which does no harm."""
    query = "SELECT id FROM runs WHERE finished_at IS NOT NULL AND recorded_at IS NULL ORDER BY id"
    for (run,) in db.conn.execute(query).fetchall():
        row, at = _row(db.conn, run), stamp()
        head = {name: row[name] for name in ("origin", "number", "source", "started_at")}
        for key, query in (("checks", OBSERVED), ("issues", NOTICED)):
            for rows in _pieces(db.conn, query, run):
                payload = orjson.dumps(head | {key: rows})
                recorder.append_resource(f"{RUN}{row['number']}{CHECKS}", MEDIA_TYPE, payload, at)
        write_run(db.conn, recorder, run, at)
        with transaction(db) as conn:
            conn.execute("UPDATE runs SET recorded_at = ? WHERE id = ?", [at, run])


def _row(conn: sqlite3.Connection, run: int) -> dict[str, Any]:
    cursor = conn.execute(ROW, [run])
    row = dict(zip((c[0] for c in cursor.description), cursor.fetchone(), strict=True))
    return row | {"reasons": json.loads(row["reasons"]), "counts": json.loads(row["counts"])}


def _pieces(conn: sqlite3.Connection, query: str, run: int) -> Iterator[list[list[object]]]:
    last: object = 0
    while rows := conn.execute(query, [run, last, AT_ONCE]).fetchall():
        yield [list(row) for row in rows]
        last = rows[-1][0]
