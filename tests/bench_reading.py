"""The reading part of ``make bench``: pages a second against trafilatura (with metadata) and lxml's parser alone.

Over the real pages beside the checkout where they are, else over the written ones, twice in one process: as a command
meets them, each page once with whatever each library loads on the way (trafilatura's date search loads for more than a
second), and again when all is loaded and remembered. Either figure alone flatters somebody.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import trafilatura
from lxml import html

from crawler.extract import PageInput, read

__all__ = ["reading_bench"]

Reader = Callable[[bytes, str | None], object]

WRITTEN = Path(__file__).parent / "pages" / "written"
CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def reading_bench() -> None:
    folder = CORPUS if CORPUS.is_dir() else WRITTEN / "articles"
    urls = json.loads((folder / "urls.json").read_text("utf-8"))
    pages = [(path.read_bytes(), urls.get(path.name)) for path in sorted((folder / "pages").glob("*.html"))]
    readers: dict[str, Reader] = {
        "gongkai": lambda body, url: read(PageInput(body, url=url)),
        "trafilatura, with metadata": lambda body, url: trafilatura.bare_extraction(
            body, url=url, with_metadata=True, include_tables=True
        ),
        "lxml, the parse alone": lambda body, url: html.fromstring(body),
    }
    print(f"reading {len(pages)} pages of {folder.name}, CPU")
    for passing in ("each page once, libraries loading", "again, all loaded"):
        times = {name: _seconds(reader, pages) / len(pages) for name, reader in readers.items()}
        print(f" {passing}")
        for name, each in times.items():
            print(f"  {name:28} {1 / each:8.1f} pages/s   {each / times['gongkai']:6.2f} times gongkai's time")


def _seconds(reader: Reader, pages: Sequence[tuple[bytes, str | None]]) -> float:
    began = time.process_time()
    for body, url in pages:
        if body.strip(b"\0 \t\r\n"):
            reader(body, url)
    return time.process_time() - began
