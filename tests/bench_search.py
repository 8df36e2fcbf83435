"""Searching many documents: how fast they are indexed, how large the index is, how fast the first page comes.

    python -m tests.bench --search 1000000

The archive is made once for each number and kept in ``.bench/``: a million documents of 1,500–5,000 characters take
50 minutes and 27 GB. Queries are 2–6 characters out of the texts; the first page is what the web page asks for: 20
hits with snippets, copies folded, facets, 20 ms for counting. Peers (``bench_peers.py``) index the same texts.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from pathlib import Path

from sqlite_utils import Database

from archive.database import open_database, transaction
from archive.index import index_waiting
from archive.search import search
from tests.bench_peers import compare_peers
from tests.bench_texts import title, varied_text

__all__ = ["build_archive", "search_bench"]

FOLDER = Path(".bench")
MOMENT = "2026-11-01T00:00:00Z"
SOURCES = 300
STEP = 2000
QUERIES = 300
PEERED = 5000  # documents that the peers index
COUNTING = 0.02  # seconds, as on the web page


def search_bench(documents: int) -> None:
    home = FOLDER / f"archive-{documents}"
    if not (home / "rows").exists():
        shutil.rmtree(home, ignore_errors=True)
        build_archive(home, documents)
    if not (home / "indexed").exists():
        _index(home, documents)
    print((home / "indexed").read_text("utf-8"))
    db = open_database(home, create=False)
    queries = _queries(db, QUERIES)
    print(f"first page of {documents:,} documents, {QUERIES} queries of 2–6 characters")
    for said in ("each asked for the first time", "asked again (warm)"):
        taken, inexact = [], 0
        for query in queries:
            begun = time.perf_counter()
            found = search(db, query, facets=True, fold=True, seconds=COUNTING, waiting=False)
            taken.append((time.perf_counter() - begun) * 1000)
            inexact += not found.exact
        taken.sort()
        print(
            f"  {said}: median {taken[len(taken) // 2]:.0f} ms, 95 % within {taken[int(len(taken) * 0.95)]:.0f} ms, "
            f"longest {taken[-1]:.0f} ms; {inexact} of {len(taken)} counted as 'more than'"
        )
    compare_peers(db.execute("SELECT id, text FROM renditions ORDER BY id LIMIT ?", [PEERED]).fetchall(), queries[:100])
    db.close()


def build_archive(home: Path, documents: int) -> None:
    """The rows of an archive as a crawl would leave them, none indexed yet."""
    db = open_database(home)
    db.conn.execute("PRAGMA wal_autocheckpoint = 64000")
    with transaction(db) as conn:
        conn.executemany(
            """INSERT INTO sources (id, name, homepage, region, toml, toml_sha256, updated_at)
               VALUES (?, ?, ?, ?, '', '', ?)""",
            [_source(number) for number in range(SOURCES)],
        )
        conn.execute("INSERT INTO warc_files (name, created_at) VALUES ('w', ?)", [MOMENT])
        conn.execute(
            """INSERT INTO captures (id, url, final_url, kind, captured_by, warc_file, warc_offset, warc_length,
                   record_id, payload_sha256, payload_length)
               VALUES (1, 'http://a.test/', 'http://a.test/', 'article', 'bench', 'w', 0, 1, 'r', '', 1)"""
        )
    for first in range(0, documents, STEP):
        with transaction(db) as conn:
            for number in range(first, min(first + STEP, documents)):
                _put(conn, number, varied_text(number))
    db.conn.execute("PRAGMA wal_checkpoint (TRUNCATE)")
    db.close()
    (home / "rows").touch()


def _source(number: int) -> tuple[str, ...]:
    region = f"{33 + number % 5}0{number % 9 + 1}00"
    return f"s{number:03}", f"第{number}号局", f"http://s{number}.test/", region, MOMENT


def _put(conn: sqlite3.Connection, number: int, text: str) -> None:
    chooser = random.Random(-number)
    id, row = f"{chooser.getrandbits(64):016x}", number + 1
    source = min(int(chooser.expovariate(0.02)), SOURCES - 1)
    day = f"{chooser.randint(2004, 2025)}-{chooser.randint(1, 12):02}-{chooser.randint(1, 28):02}"
    trust = "official" if chooser.random() < 0.93 else "repost"
    numbers = (f"{source:09}/{day[:4]}-{number:05}", f"卫发〔{day[:4]}〕{number % 300}号")
    kind, validity = chooser.choice(("通知", "意见", "批复", "公告", "方案")), chooser.choice((None, "有效", "失效"))
    conn.execute(
        "INSERT INTO documents (id, url, source, trust, first_seen_at, last_seen_at) VALUES (?, ?, ?, ?, ?, ?)",
        [id, f"http://s{source}.test/{number}", f"s{source:03}", trust, MOMENT, MOMENT],
    )
    conn.execute(
        """INSERT INTO versions (id, document, number, first_seen_at, last_seen_at, capture, content_sha256, change)
           VALUES (?, ?, 1, ?, ?, 1, '', 'created')""",
        [row, id, MOMENT, MOMENT],
    )
    conn.execute(
        """INSERT INTO renditions (id, version, reader, capture, made_at, content_sha256, text, markdown, title,
               index_number, document_number, publisher, published_at, doc_type, validity)
           VALUES (?, ?, 'bench', 1, ?, '', ?, '', ?, ?, ?, ?, ?, ?, ?)""",
        [row, row, MOMENT, text, title(text), *numbers, f"第{source}号局", day, kind, validity],
    )  # fmt: skip
    conn.execute("UPDATE documents SET current_version = ?, current_rendition = ? WHERE id = ?", [row, row, id])
    conn.execute("INSERT INTO unindexed (document) VALUES (?)", [id])


def _index(home: Path, documents: int) -> None:
    db = open_database(home)
    begun = time.perf_counter()
    index_waiting(db)
    taken = time.perf_counter() - begun
    db.conn.execute("PRAGMA wal_checkpoint (TRUNCATE)")
    size = db.conn.execute("SELECT sum(length(block)) FROM search_index_data").fetchone()[0]
    text = db.conn.execute("SELECT sum(length(CAST(text AS BLOB))) FROM renditions").fetchone()[0]
    said = (
        f"indexing {documents:,} documents  {documents / taken:.0f} documents/s; "
        f"index {size / 1e6:,.0f} MB, {size / text:.2f} of the text"
    )
    db.close()
    (home / "indexed").write_text(said, "utf-8")


def _queries(db: Database, count: int) -> list[str]:
    chooser = random.Random(3)
    last = db.execute("SELECT max(id) FROM renditions").fetchone()[0]
    found: list[str] = []
    while len(found) < count:
        text = db.execute("SELECT text FROM renditions WHERE id = ?", [chooser.randint(1, last)]).fetchone()[0]
        length = chooser.randint(2, 6)
        start = chooser.randrange(len(text) - length)
        query = text[start : start + length]
        found += [query] if all("\u4e00" <= char <= "\u9fff" for char in query) else []
    return found
