"""The runs of an archive whose database is made again: their rows, and everything that happened in them in its order.

What a run's record in the WARC files says is taken over as it stands; of a run without one (the process was killed, or
was older than these records) the captures tell what they can. ``Happening`` rows, in the order of ``happenings``,
are what a second going-through has to do.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from archive.clock import stamp
from archive.migrations.run_records import name_after_first
from archive.model import Issue, Mode, Outcome
from archive.run_records import RunRow
from archive.tails import write_issue

__all__ = [
    "Check",
    "Happening",
    "PastRun",
    "happenings",
    "load_check",
    "load_run",
    "put_issues",
    "put_runs",
    "source_file",
]

What = Literal["open", "answer", "check", "import", "close", "tombstone"]
LAST = 1 << 60

# One row a run: of its records the last one, else of the readers' records (older archives), else of its captures.
RECORDED = """
    INSERT INTO stage.runs (origin, number, source, started_at, said, over)
    SELECT origin, number, source, started_at, said, over FROM (
        SELECT *, row_number() OVER (PARTITION BY origin, number, started_at ORDER BY over DESC, id DESC) AS n
        FROM stage.records) WHERE n = 1
"""
READ_BY = """
    INSERT INTO stage.runs (origin, number, source, started_at)
    SELECT o.origin, o.number, o.source, min(o.at) FROM stage.readers o
    WHERE NOT EXISTS (SELECT 1 FROM stage.runs r WHERE r.origin = o.origin AND r.number = o.number
        AND r.source IS o.source AND r.started_at <= o.at)
    GROUP BY o.origin, o.number, o.source
"""
CAPTURED = """
    INSERT INTO stage.runs (origin, number, source, started_at)
    SELECT c.origin, c.number, c.source, min(c.at) FROM stage.captures c
    WHERE c.number IS NOT NULL AND NOT EXISTS (SELECT 1 FROM stage.runs r WHERE r.origin = c.origin
        AND r.number = c.number AND r.source IS c.source)
    GROUP BY c.origin, c.number, c.source
"""
# A capture belongs to the run of its number that had begun when it was made: numbers begin anew in a new database.
SAME = "r.origin = c.origin AND r.number = c.number AND r.source IS c.source"
OF_CAPTURE = f"""
    UPDATE stage.captures AS c SET run = coalesce(
        (SELECT r.id FROM stage.runs r WHERE {SAME} AND r.started_at <= c.at ORDER BY r.started_at DESC LIMIT 1),
        (SELECT r.id FROM stage.runs r WHERE {SAME} ORDER BY r.started_at LIMIT 1))
    WHERE number IS NOT NULL
"""
OF_RECORD = """
    UPDATE stage.{table} AS t SET run = (SELECT r.id FROM stage.runs r WHERE r.origin = t.origin
        AND r.number = t.number AND r.started_at = t.started_at)
"""
TABLES = f"""
CREATE TABLE stage.runs (id INTEGER PRIMARY KEY, origin TEXT, number INTEGER, source TEXT, started_at TEXT, said TEXT,
    over INTEGER NOT NULL DEFAULT 0, checked INTEGER NOT NULL DEFAULT 0, row INTEGER);
{RECORDED};
{READ_BY};
{CAPTURED};
CREATE INDEX stage.runs_number ON runs (origin, number);
CREATE INDEX stage.checks_record ON checks (record_id);
{OF_CAPTURE};
{OF_RECORD.format(table="checks")};
{OF_RECORD.format(table="issues")};
UPDATE stage.runs SET checked = over AND said IS NOT NULL;
CREATE INDEX stage.captures_run ON captures (run, url);
CREATE INDEX stage.checks_run ON checks (run, url);
CREATE TABLE stage.happenings (at TEXT, seq INTEGER, sub INTEGER, what TEXT, run INTEGER, capture INTEGER, said TEXT);
"""
# Within a run the moments never go back (a clock that was set does); then the order of the checks decides.
CHECKS = """
    INSERT INTO stage.happenings SELECT max(k.at) OVER (PARTITION BY k.run ORDER BY k.seq), k.seq, 0,
        CASE WHEN k.record_id IS NULL THEN 'check' ELSE 'answer' END, k.run, c.id, k.seq
    FROM stage.checks k JOIN stage.runs r ON r.id = k.run LEFT JOIN captures c ON c.record_id = k.record_id
    WHERE r.checked AND json_extract(r.said, '$.mode') NOT IN ('import', 'reextract')
"""
ANSWERS = """
    INSERT INTO stage.happenings SELECT max(c.at) OVER (PARTITION BY c.run ORDER BY c.capture),
        coalesce(json_extract(r.said, '$.after'), 0), 2 + c.capture, 'answer', r.id, c.capture, NULL
    FROM stage.captures c JOIN stage.runs r ON r.id = c.run
    WHERE NOT r.checked AND c.settles AND c.kind != 'import'
"""
IMPORTS = """
    INSERT INTO stage.happenings SELECT coalesce((SELECT min(at) FROM stage.checks WHERE run = r.id), r.started_at),
        coalesce((SELECT min(seq) FROM stage.checks WHERE run = r.id), json_extract(r.said, '$.after'), 0), 2,
        'import', r.id, NULL, NULL
    FROM stage.runs r WHERE EXISTS (SELECT 1 FROM stage.captures c WHERE c.run = r.id AND c.kind = 'import')
"""
OPENS = """
    INSERT INTO stage.happenings
    SELECT o.at, coalesce(json_extract(o.said, '$.after'), 0), 1, 'open', r.id, NULL, o.said
    FROM stage.records o JOIN stage.runs r ON r.origin = o.origin AND r.number = o.number
        AND r.started_at = o.started_at WHERE NOT o.over
"""
OLD_OPENS = """
    INSERT INTO stage.happenings SELECT o.at, 0, 1, 'open', r.id, NULL,
        json_object('reader', o.reader, 'source_toml_sha256', o.toml_sha256)
    FROM stage.readers o JOIN stage.runs r ON r.origin = o.origin AND r.number = o.number AND r.source IS o.source
    WHERE NOT EXISTS (SELECT 1 FROM stage.records n WHERE n.origin = o.origin AND n.number = o.number AND NOT n.over
        AND n.at = o.at) AND o.at >= r.started_at
"""
OTHER_OPENS = """
    INSERT INTO stage.happenings SELECT r.started_at, coalesce(json_extract(r.said, '$.after'), 0), 1, 'open', r.id,
        NULL, r.said
    FROM stage.runs r WHERE NOT EXISTS (SELECT 1 FROM stage.happenings h WHERE h.what = 'open' AND h.run = r.id)
"""
CLOSES = f"""
    INSERT INTO stage.happenings SELECT json_extract(said, '$.finished_at'), json_extract(said, '$.after'), {LAST},
        'close', id, NULL, said FROM stage.runs WHERE over
"""
# A run without a record was over when another one of its source began; where no records are known at all, the last
# one of a source is taken for finished too (an old archive), else for one that was broken off.
UNSAID_CLOSES = f"""
    INSERT INTO stage.happenings SELECT max(h.at), max(h.seq), {LAST}, 'close', r.id, NULL, NULL
    FROM stage.runs r JOIN stage.happenings h ON h.run = r.id
    WHERE NOT r.over AND (r.said IS NULL OR EXISTS (SELECT 1 FROM stage.runs l WHERE l.source IS r.source
        AND l.origin = r.origin AND l.started_at > r.started_at)) GROUP BY r.id
"""
TOMBSTONES = f"""
    INSERT INTO stage.happenings SELECT at, {LAST}, id, 'tombstone', NULL, NULL, said FROM stage.tombstones
"""
SORTED = """
    CREATE TABLE stage.sorted AS SELECT at, what, run, capture, said FROM stage.happenings ORDER BY at, seq, sub, rowid
"""
UNKNOWN_SOURCES = """
    SELECT s.source, min(c.url), max(c.fetched_at) FROM stage.captures s JOIN captures c ON c.id = s.capture
    WHERE s.source IS NOT NULL AND s.source NOT IN (SELECT id FROM sources) GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened: ``at`` (UTC); ``run`` is the stage's number of the run; ``seq`` a check's."""

    at: str
    what: What
    run: int | None
    capture: int | None
    said: str | None


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run to go through again. ``row``: its row in the archive; ``said``: what its last record says; ``checked``:
    its checks are known, captures that none of them names were never settled in it."""

    id: int
    row: int
    source: str | None
    mode: Mode
    started_at: str
    checked: bool
    said: RunRow | None


@dataclass(frozen=True, slots=True)
class Check:
    """A check as its run noted it. ``first``: the first page of the article that ``url`` is a further page of."""

    url: str
    outcome: Outcome
    reason: str | None
    first: str | None


def put_runs(conn: sqlite3.Connection) -> None:
    """The rows of sources and runs, and the captures' runs (inside a transaction)."""
    _put_origins(conn)
    for statement in filter(str.strip, TABLES.split(";\n")):
        conn.execute(statement)
    for query in (CHECKS, ANSWERS, IMPORTS, OPENS, OLD_OPENS, OTHER_OPENS, CLOSES, UNSAID_CLOSES, TOMBSTONES):
        conn.execute(query)
    conn.execute(SORTED)
    _put_sources(conn)
    _put_rows(conn)
    conn.execute(
        """UPDATE captures SET run = r.row FROM stage.captures s JOIN stage.runs r ON r.id = s.run
           WHERE s.capture = captures.id"""
    )


def _put_origins(conn: sqlite3.Connection) -> None:
    """Whose each file is, and what the archive is called: after most of its files that no merge brought."""
    conn.execute(
        "UPDATE stage.files SET origin = m.origin FROM stage.merged m WHERE m.file = files.name AND files.origin = ''"
    )
    own = conn.execute(
        """SELECT origin FROM stage.files WHERE origin != '' GROUP BY 1
           ORDER BY origin IN (SELECT origin FROM stage.merged), count(*) DESC, max(name) DESC LIMIT 1"""
    ).fetchone()
    if own:
        conn.execute("UPDATE origin SET id = ?", own)
    else:
        name_after_first(conn)
    # Files that name no archive, and that no merge brought, are from before they did: its own.
    conn.execute("UPDATE stage.files SET origin = (SELECT id FROM origin) WHERE origin = ''")
    for table in ("captures", "readers"):
        conn.execute(
            f"""UPDATE stage.{table} AS t SET origin = f.origin FROM stage.files f
                WHERE t.origin = '' AND f.name = t.file"""
        )


def _put_sources(conn: sqlite3.Connection) -> None:
    """Rows for foreign keys: the newest source file of each; the going-through puts the rest in. A source whose file is
    in no WARC file gets what its captures say, and an issue."""
    conn.execute(
        """INSERT INTO sources (id, name, homepage, toml, toml_sha256, updated_at)
           SELECT source, source, '', toml, sha256, max(at) FROM stage.tomls GROUP BY source"""
    )
    for source, url, at in conn.execute(UNKNOWN_SOURCES).fetchall():
        parts = urlsplit(url)
        conn.execute(
            "INSERT INTO sources (id, name, homepage, toml, toml_sha256, updated_at) VALUES (?, ?, ?, '', '', ?)",
            [source, source, f"{parts.scheme}://{parts.netloc}/", at or stamp()],
        )
        message = f"no WARC file holds the source file of {source}: its name and columns are not known"
        write_issue(conn, Issue("unknown_source", "warning", message, data={"sources": [source]}))


def _put_rows(conn: sqlite3.Connection) -> None:
    own = conn.execute("SELECT id FROM origin").fetchone()[0]
    query = """SELECT r.id, r.origin, r.number, r.source, r.started_at, r.said, o.said,
               (SELECT mode FROM stage.captures c WHERE c.run = r.id LIMIT 1)
               FROM stage.runs r LEFT JOIN stage.happenings o ON o.run = r.id AND o.what = 'open'
               GROUP BY r.id ORDER BY r.origin != ?, r.number, r.started_at"""
    taken: set[int] = set()
    for id, origin, number, source, started_at, said, opened, mode in conn.execute(query, [own]).fetchall():
        known = json.loads(opened or "{}") | json.loads(said or "{}")
        row = number if number not in taken else max(taken) + 1
        taken.add(row)
        foreign = origin != own or row != number
        conn.execute(
            """INSERT INTO runs (id, source, source_toml_sha256, tool_version, reader, mode, started_at, origin, number)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [row, source, known.get("source_toml_sha256"), known.get("tool_version", "unknown"), known.get("reader"),
             known.get("mode") or mode or ("recent" if source else "import"), started_at,
             origin if foreign else None, number if foreign else None],
        )  # fmt: skip
        conn.execute("UPDATE stage.runs SET row = ? WHERE id = ?", [row, id])


def happenings(conn: sqlite3.Connection) -> Iterator[Happening]:
    """Everything that happened, in its order."""
    last = 0
    while rows := conn.execute("SELECT rowid, * FROM stage.sorted WHERE rowid > ? LIMIT 500", [last]).fetchall():
        yield from (Happening(*row[1:]) for row in rows)
        last = rows[-1][0]


def load_run(conn: sqlite3.Connection, run: int) -> PastRun:
    """The run of that number in the stage."""
    row, source, mode, started_at, checked, said, over = conn.execute(
        """SELECT s.row, s.source, r.mode, s.started_at, s.checked, s.said, s.over
           FROM stage.runs s JOIN runs r ON r.id = s.row WHERE s.id = ?""",
        [run],
    ).fetchone()
    known = RunRow.of(json.loads(said)) if said and over else None
    return PastRun(run, row, source, mode, started_at, bool(checked), known)


def load_check(conn: sqlite3.Connection, run: int, seq: str | None) -> Check | None:
    """The check of that number in a run's record; None where the run has no record."""
    if seq is None:
        return None
    query = "SELECT url, outcome, reason, first FROM stage.checks WHERE run = ? AND seq = ?"
    return Check(*conn.execute(query, [run, int(seq)]).fetchone())


def source_file(conn: sqlite3.Connection, source: str, sha256: str | None) -> tuple[str, str] | None:
    """Text and digest of a source file that a run had: that of the digest, else the newest known."""
    query = "SELECT toml, sha256 FROM stage.tomls WHERE source = ? ORDER BY sha256 IS ? DESC, at DESC LIMIT 1"
    row = conn.execute(query, [source, sha256]).fetchone()
    return (row[0], row[1]) if row else None


def put_issues(conn: sqlite3.Connection, run: PastRun) -> None:
    """The issues that a run noticed then, instead of those of going through it again (inside a transaction)."""
    if run.said is None:
        return
    conn.execute("DELETE FROM issues WHERE run = ?", [run.row])
    conn.execute(
        """INSERT INTO issues (run, source, url, code, level, message, data, at)
           SELECT ?, source, url, code, level, message, data, at FROM stage.issues WHERE run = ? ORDER BY seq""",
        [run.row, run.id],
    )
