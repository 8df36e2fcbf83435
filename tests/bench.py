"""``make bench``: how fast the full line is, as ratios within one run; never asserted, always printed.

    python -m tests.bench [--pages 4000] [--documents 4000] [--search 20000] [--exported 100000]

Reading stands in ``bench_reading.py``, the search for copies in ``bench_copies.py``, search in ``bench_search.py``,
exports in ``bench_export.py``, the web page under load in ``bench_web.py``, the crawl here.
The big local site is crawled by a bare Scrapy spider (fetches the lists and every page, parses links only) and by
``gongkai crawl`` (fetch, WARC, extract, judge, store, index), both as whole processes. Memory is the highest sum
over the parent and its workers of the memory that is theirs alone or shared in parts (Pss).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench_copies import copies_bench
from tests.bench_export import export_bench
from tests.bench_reading import reading_bench
from tests.bench_search import search_bench
from tests.bench_web import web_bench
from tests.command import GONGKAI
from tests.crawler.bigsite import BigSiteProcess

BARE = """
import scrapy
from scrapy.crawler import AsyncCrawlerProcess

class Bare(scrapy.Spider):
    name = "bare"
    custom_settings = {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False,
                       "CONCURRENT_REQUESTS": 8, "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "DOWNLOAD_DELAY": 0}
    async def start(self):
        yield scrapy.Request("URL/index.html", callback=self.listed)
    def listed(self, response):
        for link in response.xpath("//div[@class='list']//li/a/@href").getall():
            yield response.follow(link, callback=self.page)
        for link in response.xpath("//div[@class='page']/a/@href").getall():
            yield response.follow(link, callback=self.listed)
    def page(self, response):
        pass

process = AsyncCrawlerProcess()
process.crawl(Bare)
process.start()
"""


class Memory(threading.Thread):
    """Samples the Pss of a process and its children, every two seconds: the kernel adds it up page by page."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.samples, self.ended = pid, [0], False

    def run(self) -> None:
        while not self.ended:
            self.samples.append(sum(_pss(pid) for pid in _family(self.pid)))
            time.sleep(2)

    def peak_mb(self) -> float:
        self.ended = True
        return max(self.samples) / 1024

    def half_mb(self) -> float:
        """The highest of the first half: flat memory has the same in both."""
        return max(self.samples[: len(self.samples) // 2 + 1]) / 1024


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            tasks = list(Path(f"/proc/{one}/task").iterdir())
            for task in tasks:
                found += [int(child) for child in (task / "children").read_text().split()]
        except (OSError, ValueError):
            continue
    return found


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def timed(command: list[str], environment: dict[str, str], folder: Path) -> tuple[float, Memory]:
    """Wall seconds of a whole process, and its memory."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    memory = Memory(process.pid)
    memory.start()
    _, err = process.communicate()
    if process.returncode:
        sys.exit(f"{command[:3]} failed with {process.returncode}:\n{err.decode()[-2000:]}")
    return time.perf_counter() - began, memory


def crawl_bench(pages: int) -> None:
    """Bare spider (before and after, the mean) against the full line, over the same pages."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = BigSiteProcess(folder, pages)
        try:
            script = folder / "bare.py"  # Scrapy reads a callback's source: -c has none
            script.write_text(BARE.replace("URL", site.url), "utf-8")
            bare, _ = timed([sys.executable, str(script)], dict(os.environ), folder)
            if len(site.visits()) != pages:
                sys.exit(f"the bare spider fetched {len(site.visits())} of {pages} pages: nothing to compare with")
            full, memory = timed([*GONGKAI, "crawl", "big"], site.environment, folder)
            again, _ = timed([*GONGKAI, "crawl", "--full", "big"], site.environment, folder)
            later, _ = timed([sys.executable, str(script)], dict(os.environ), folder)
        finally:
            site.close()
        held = site.rows("SELECT count(*) FROM documents")[0][0]
    print(f"pages                         {pages}  ({held} documents held)")
    print(f"bare Scrapy spider            {pages / bare:8.1f} pages/s before, {pages / later:.1f} after the others")
    bare = (bare + later) / 2
    print(f"gongkai, the full line        {pages / full:8.1f} pages/s   ratio {bare / full:.3f}")
    print(f"gongkai, --full, unchanged    {pages / again:8.1f} pages/s   ratio {bare / again:.3f}")
    print(f"memory, parent and workers    {memory.peak_mb():8.0f} MB      first half {memory.half_mb():.0f} MB")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="how fast the full line is")
    parser.add_argument("--pages", type=int, default=4000, help="articles of the local site (default 4000)")
    parser.add_argument("--documents", type=int, default=4000, help="documents among which copies are sought (4000)")
    parser.add_argument("--search", type=int, default=20_000, help="documents that are searched (20000)")
    parser.add_argument("--exported", type=int, default=100_000, help="documents to be exported (100000)")
    parser.add_argument("--held", type=int, default=20_000, help="documents behind the web page (20000)")
    parser.add_argument("--clients", type=int, default=50, help="readers of the web page (50)")
    given = parser.parse_args(arguments)
    reading_bench()
    copies_bench(given.documents)
    search_bench(given.search)
    export_bench(given.exported)
    crawl_bench(given.pages)
    web_bench(given.held, given.clients, 60)
    return 0


if __name__ == "__main__":
    sys.exit(main())
