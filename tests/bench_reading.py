"""The reading part of ``make bench``: pages a second against trafilatura (with metadata) and lxml's parser alone.

Over the real pages beside the checkout where they are, else over the written ones. Both readers are warmed on other
pages first, then each page is read once: no page profits from having been read before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import trafilatura
from lxml import html

from crawler.extract import PageInput, read

__all__ = ["reading_bench"]

WRITTEN = Path(__file__).parent / "pages" / "written"
CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "pages"
URL = "http://www.lanyi.example.gov.cn/art/2024/5/1/art_1_1.html"


def reading_bench() -> None:
    warming = sorted((WRITTEN / "trust" / "pages").glob("*.html"))[:60]
    real = sorted(CORPUS.glob("*.html"))
    files = real or sorted((WRITTEN / "articles" / "pages").glob("*.html"))
    bodies = [path.read_bytes() for path in files]
    readers: dict[str, Callable[[bytes], object]] = {
        "gongkai": lambda body: read(PageInput(body, url=URL)),
        "trafilatura, with metadata": lambda body: trafilatura.bare_extraction(
            body, url=URL, with_metadata=True, include_tables=True
        ),
        "lxml, the parse alone": html.fromstring,
    }
    for reader in readers.values():
        _seconds(reader, [path.read_bytes() for path in warming])
    times = {name: _seconds(reader, bodies) / len(bodies) for name, reader in readers.items()}
    print(f"reading {len(bodies)} {'real' if real else 'written'} pages, CPU")
    for name, each in times.items():
        print(f"  {name:28} {1 / each:8.1f} pages/s   {each / times['gongkai']:6.2f} times gongkai's time")


def _seconds(reader: Callable[[bytes], object], bodies: Sequence[bytes]) -> float:
    began = time.process_time()
    for body in bodies:
        if body.strip(b"\0 \t\r\n"):
            reader(body)
    return time.process_time() - began
