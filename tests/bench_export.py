"""The export part of ``make bench``: documents a second, memory, and whether a second export has the same bytes.

    python -m tests.bench_export [--documents 100000]

The archive is made once, into ``.bench``: documents of 1,500 to 5,000 invented characters with metadata, date claims
and, a fifth of them, attachments. Each export is a process of its own, as a user runs it; its time includes its start.
Nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.database import transaction
from archive.identity import canonical_url, document_id
from archive.terms import ALL
from archive.tokens import TERM
from tests.archive.rows import READER, WARC, new_archive
from tests.command import GONGKAI, ROOT
from tests.sites.wording import Writer

__all__ = ["export_archive", "export_bench"]

FOLDER = ROOT / ".bench"
AT_ONCE = 1000
SENTENCES = 200_000
AT = "2026-11-01T08:00:00Z"
PUBLISHERS = ("青洲市卫生健康局", "青洲市教育局", "云岭县人民政府办公室", "云岭县民政局", "砚溪区财政局")
KINDS = ("通知", "总结", "计划", "意见", "批复", "公告", "办法")
COLUMNS = (
    "version", "reader", "capture", "made_at", "content_sha256", "text", "markdown", "title", "index_number",
    "document_number", "publisher", "publisher_full", "issued_on", "published_at", "doc_type", "subject", "keywords",
    "date_claims", "periods", "attachments",
)  # fmt: skip


def export_bench(documents: int) -> None:
    home = export_archive(documents, FOLDER)
    out = FOLDER / "export-out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    print(f"export of {documents} documents of 1,500 to 5,000 characters, each a process of its own")
    for format in ("parquet", "jsonl", "csv"):
        used = _export(home, out / format, format)
        size = sum(path.stat().st_size for path in (out / format).glob("documents*")) / 1e6
        print(f"  {format:28} {used.said(documents)}   {size:,.0f} MB written")
    used = _export(home, out / "again", "parquet")
    same = "the same" if _bytes(out / "parquet") == _bytes(out / "again") else "OTHER"
    print(f"  parquet again                {used.said(documents)}   {same} bytes")
    manifest = str(out / "parquet" / "manifest.json")
    used = _export(home, out / "since", "parquet", "--since-manifest", manifest)
    print(f"  update, nothing changed      {used.said(documents)}")
    _read_back(out)
    shutil.rmtree(out)


@dataclass(frozen=True, slots=True)
class Used:
    """Wall and processor seconds of a process, and the most memory that it had in MB."""

    seconds: float
    processor: float
    megabytes: float

    def said(self, documents: int) -> str:
        return (
            f"{documents / self.seconds:8.0f} documents/s   {documents / self.processor:6.0f} a CPU second   "
            f"{self.megabytes:.0f} MB RSS"
        )


def export_archive(documents: int, folder: Path) -> Path:
    """The home of an archive of that many documents, made where it is not there yet."""
    home = folder / f"export-{documents}"
    if (home / "whole").exists():
        return home
    shutil.rmtree(home, ignore_errors=True)
    db = new_archive(home)
    db.execute(
        "PRAGMA foreign_keys = OFF"
    )  # a version's document comes after it, and is looked for in every table then
    sentences = _sentences(min(SENTENCES, 4 * documents))
    for first in range(1, documents + 1, AT_ONCE):  # in one transaction the journal would be searched ever longer
        with transaction(db) as conn:
            for number in range(first, min(first + AT_ONCE, documents + 1)):
                _put(conn, number, sentences)
    db.close()
    (home / "whole").touch()
    return home


def _put(conn: Any, number: int, sentences: Sequence[str]) -> None:
    url = f"http://qz.test/art/{number}.html"
    id = document_id(canonical_url(url))
    conn.execute(
        """INSERT INTO captures (id, url, final_url, source, kind, fetched_at, captured_by, status, warc_file,
               warc_offset, warc_length, record_id, payload_sha256, payload_length, robots)
           VALUES (?, ?, ?, 'qingzhou', 'article', ?, 'gongkai', 200, ?, ?, 100, ?, '', 10, 'allowed')""",
        [number, url, url, AT, WARC, number * 100, f"urn:uuid:{number}"],
    )
    values, attachments = _rendition(number, url, sentences)
    conn.execute(f"INSERT INTO renditions (id, {', '.join(COLUMNS)}) VALUES (?{', ?' * len(COLUMNS)})",
                 [number, *values])  # fmt: skip
    conn.execute(
        """INSERT INTO versions (id, document, number, first_seen_at, last_seen_at, capture, content_sha256, change)
           VALUES (?, ?, 1, ?, ?, ?, '', 'created')""",
        [number, id, AT, AT, number],
    )
    conn.execute(
        """INSERT INTO documents (id, url, source, trust, trust_evidence, first_seen_at, last_seen_at, current_version,
               current_rendition) VALUES (?, ?, 'qingzhou', 'official', '["government domain"]', ?, ?, ?, ?)""",
        [id, url, AT, AT, number, number],
    )
    conn.executemany(
        """INSERT INTO attachments (document, version, "order", name, url, state) VALUES (?, ?, ?, ?, ?, 'listed')""",
        [(id, number, a["order"], a["name"], a["url"]) for a in attachments],
    )
    # In the index by its mark alone: an export without words asks for no more.
    conn.execute("INSERT INTO search_rows (id, document, rendition) VALUES (?, ?, ?)", [number, id, number])
    conn.execute("INSERT INTO search_index (rowid, tokens) VALUES (?, ?)", [number, f"{TERM}{ALL}"])


def _rendition(number: int, url: str, sentences: Sequence[str]) -> tuple[list[Any], list[dict[str, Any]]]:
    chosen = random.Random(number)
    paragraphs = list(_paragraphs(chosen, sentences))
    day = f"{chosen.randint(2008, 2026)}-{chosen.randint(1, 12):02}-{chosen.randint(1, 28):02}"
    kind, publisher = chosen.choice(KINDS), chosen.choice(PUBLISHERS)
    origin = {"rule": "panel", "where": "table", "snippet": f"发布日期：{day}", "confidence": 0.98}
    claims = [{"role": role, "date": day, "origin": origin} for role in ("published", "signed")]
    attachments = [
        {"order": n, "name": f"附件{n}.xls", "url": f"{url}.{n}.xls", "media_type": None}
        for n in range(1, chosen.randint(1, 3) if number % 5 == 0 else 1)
    ]
    values = [
        number, READER, number, AT, "", "\n".join(paragraphs), "\n\n".join(["## 一、工作情况", *paragraphs]),
        f"{publisher}关于{chosen.choice(('疫苗接种', '基层卫生', '养老服务'))}的{kind}", f"000014349/{number:09}",
        f"青卫〔{day[:4]}〕{number}号" if number % 2 else None, publisher, publisher, day, day, kind,
        json.dumps(["卫生"], ensure_ascii=False), "[]", json.dumps(claims, ensure_ascii=False), "[]",
        json.dumps(attachments, ensure_ascii=False),
    ]  # fmt: skip
    return values, attachments


def _sentences(count: int) -> list[str]:
    """Enough that a packer's window holds few of them twice."""
    writer = Writer("export", "青洲", ("东街街道", "竹溪镇", "南乡"))
    return [writer.sentence() for _ in range(count)]


def _paragraphs(chosen: random.Random, sentences: Sequence[str]) -> Iterator[str]:
    length = chosen.randint(1500, 5000)
    while length > 0:
        paragraph = "".join(chosen.choices(sentences, k=4))
        yield paragraph[:length]
        length -= len(paragraph)


def _export(home: Path, folder: Path, format: str, *more: str) -> Used:
    began = time.perf_counter()
    command = [*GONGKAI, "--home", str(home), "export", str(folder), "--format", format, *more]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"export as {format} failed with {process.returncode}:\n{said[-2000:]}")
    return Used(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _bytes(folder: Path) -> str:
    """The manifest names the digest of every other file."""
    return (folder / "manifest.json").read_text()


def _read_back(out: Path) -> None:
    """How many documents DuckDB finds, and whether the texts are the same in both formats."""
    import duckdb

    query = "SELECT count(*), sum(length(text)), bit_xor(hash(text)) FROM '{}'"
    parquet = duckdb.sql(query.format(out / "parquet" / "documents-*.parquet")).fetchall()[0]
    jsonl = duckdb.sql(query.format(out / "jsonl" / "documents-*.jsonl")).fetchall()[0]
    texts = "the same texts" if parquet == jsonl else "OTHER TEXTS"
    print(f"  DuckDB reads                 {parquet[0]:8} documents from parquet, {texts} from jsonl")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench_export", description="how fast exports are")
    parser.add_argument("--documents", type=int, default=100_000)
    export_bench(parser.parse_args(arguments).documents)
    return 0


if __name__ == "__main__":
    sys.exit(main())
