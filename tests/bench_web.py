"""The web page's part of ``make bench``: 50 readers over 20,000 documents while a crawl writes.

    python -m tests.bench_web [--documents 20000] [--clients 50] [--seconds 60]

Every client asks for one page each two seconds: searches with facets, documents, changes, sources, JSON. The crawl is
``gongkai crawl`` of the big local site, whose answers take a while as those of real sites do.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from archive.database import transaction
from archive.identity import canonical_url, document_id
from archive.index import reindex
from tests.archive.rows import new_archive
from tests.browser import serving
from tests.command import ROOT
from tests.crawler.bigsite import BigSiteProcess
from tests.sites.wording import Writer

__all__ = ["Load", "fill", "load", "web_bench"]

EVERY = 2.0  # seconds between two requests of one client
SLOW = 0.5  # seconds that the crawled site takes for an answer
LATE = 30.0  # seconds after the end in which what could not be asked in time is still asked
TOWNS = ("石桥镇", "柳林镇", "沙河镇", "青山镇")
PUBLISHERS = ("青洲市卫生健康局", "青洲市民政局", "云岭县教育局", "云岭县应急管理局", "禾洲区水利局")
WORDS = ("预防接种", "家庭医生", "安全生产", "总结", "培训班", "卫生监督所", "整改率", "签约服务", "政务公开")


@dataclass(slots=True)
class Load:
    """What the clients met: seconds of each answer, and what was no answer or an error."""

    took: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        return sorted(self.took)[min(len(self.took) - 1, int(len(self.took) * share))]


def fill(home: Path, documents: int) -> list[str]:
    """An archive with that many documents of about 1,000 characters; their ids."""
    db = new_archive(home)
    ids = []
    for start in range(0, documents, 500):
        with transaction(db) as conn:
            for number in range(start, min(start + 500, documents)):
                ids.append(_add(conn, number))
            for id in ids[start:]:
                reindex(conn, id)
    db.close()
    return ids


def load(base: str, ids: Sequence[str], clients: int, seconds: float, every: float = EVERY) -> Load:
    """``clients`` that ask once each ``every`` seconds, not all at the same moment."""
    result, lock = Load(), threading.Lock()
    began = time.monotonic()

    def ask(number: int) -> None:
        chance = random.Random(number)
        host = urlsplit(base)
        conn = http.client.HTTPConnection(host.hostname or "", host.port, timeout=60)
        at = began + every * number / clients
        while at < began + seconds:
            if time.monotonic() > began + seconds + LATE:
                with lock:
                    result.wrong.append("a request was not sent in time: the server does not keep up")
                break
            time.sleep(max(0.0, at - time.monotonic()))
            path, start = _path(chance, ids), time.perf_counter()
            try:
                conn.request("GET", quote(path, safe="/?&=:"))
                answer = conn.getresponse()
                body = answer.read()
                wrong = [] if answer.status == 200 and body else [f"{path}: {answer.status}"]
            except OSError as error:
                wrong = [f"{path}: {error!r}"]
                conn.close()
            with lock:
                result.took.append(time.perf_counter() - start)
                result.wrong += wrong
            at += every
        conn.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return result


def web_bench(documents: int, clients: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        site = BigSiteProcess(Path(name), pages=20_000, slow=SLOW)
        try:
            ids = _filled(site.home, documents)
            with serving(site.home) as base:
                crawl = site.start("crawl", "big")
                time.sleep(5)
                before = site.rows("SELECT count(*) FROM captures")[0][0]
                found = load(base, ids, clients, seconds)
                written = int(str(site.rows("SELECT count(*) FROM captures")[0][0])) - int(str(before))
                crawl.terminate()
                crawl.communicate(timeout=60)
        finally:
            site.close()
    print(f"{clients} clients, one request each every {EVERY:.0f} s for {seconds:.0f} s: {len(found.took)} requests")
    print(f"  errors                       {len(found.wrong):8d}  {found.wrong[:3] or ''}")
    print(f"  the crawl wrote meanwhile    {written / seconds:8.1f} pages/s")
    print(f"  load of the machine          {os.getloadavg()[0]:8.1f}  on {os.cpu_count()} processors")
    for share in (0.5, 0.95, 0.99):
        print(f"  p{share * 100:.0f}                          {found.quantile(share) * 1000:8.0f} ms")


def _filled(home: Path, documents: int) -> list[str]:
    """The archive, made once and kept in ``.bench``."""
    kept = ROOT / ".bench" / f"web-{documents}"
    if not (kept / "done").exists():
        shutil.rmtree(kept, ignore_errors=True)
        (kept / "done").write_text("\n".join(fill(kept, documents)), "utf-8")
    shutil.copytree(kept, home, dirs_exist_ok=True)
    return (kept / "done").read_text("utf-8").split("\n")


def _path(chance: random.Random, ids: Sequence[str]) -> str:
    word, id = chance.choice(WORDS), chance.choice(ids)
    return chance.choice(
        (f"/?q={word}", f"/?q={word} {chance.choice(WORDS)}", f'/?q="{word}" after:2022 trust:official', "/",
         f"/doc/{id}", f"/doc/{id}", f"/doc/{id}?lang=zh", "/changes", "/sources", f"/api/search?q={word}&facets=1")
    )  # fmt: skip


def _add(conn: sqlite3.Connection, number: int) -> str:
    writer = Writer(f"web {number}", "青洲", TOWNS)
    url = f"http://qingzhou.test/{number}"
    id = document_id(canonical_url(url))
    text = "\n".join(writer.report("上半年"))
    day = f"{2015 + number % 10}-{1 + number % 12:02}-{1 + number % 28:02}"
    execute = conn.execute
    execute(
        """INSERT INTO documents (id, url, source, trust, first_seen_at, last_seen_at) VALUES (?, ?, 'qingzhou',
           'official', '2026-11-01T08:00:00Z', '2026-11-01T08:00:00Z')""",
        [id, url],
    )
    capture = execute(
        """INSERT INTO captures (url, final_url, kind, fetched_at, captured_by, status, warc_file, warc_offset,
               warc_length, record_id, payload_sha256, payload_length)
           VALUES (?, ?, 'article', '2026-11-01T08:00:00Z', 'gongkai', 200, 'gongkai-test-00001.warc.gz', ?, 100, ?, '',
               10) RETURNING id""",
        [url, url, number * 100, f"urn:uuid:{number}"],
    ).fetchone()[0]
    version = execute(
        """INSERT INTO versions (document, number, first_seen_at, last_seen_at, capture, content_sha256, change)
           VALUES (?, 1, '2026-11-01T08:00:00Z', '2026-11-01T08:00:00Z', ?, '', 'created') RETURNING id""",
        [id, capture],
    ).fetchone()[0]
    rendition = execute(
        """INSERT INTO renditions (version, reader, capture, made_at, content_sha256, text, markdown, title, publisher,
               published_at, index_number, catalog_class)
           VALUES (?, 'gongkai 0.1.0', ?, '2026-11-01T08:00:00Z', '', ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
        [version, capture, text, text, f"{day[:4]}年上半年工作总结之{number}", PUBLISHERS[number % 5], day,
         f"000014349/{day[:4]}-{number:05}", json.dumps(["工作总结"])],
    ).fetchone()[0]  # fmt: skip
    execute("UPDATE documents SET current_version = ?, current_rendition = ? WHERE id = ?", [version, rendition, id])
    return id


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench_web", description="the web page under load")
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args(arguments)
    web_bench(given.documents, given.clients, given.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
