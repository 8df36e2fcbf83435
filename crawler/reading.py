"""Reading files without the archive, for ``extract`` and ``listing``."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Literal

from archive.model import Issue, Reading
from crawler.errors import UnusableInput
from crawler.extract import PageInput
from crawler.files import PAGES, files_of, page_of_file
from crawler.pool import ReadingPool

__all__ = ["read_files"]


def read_files(
    files: Iterable[Path], urls: dict[str, str], expected: Literal["list"] | None
) -> Iterator[tuple[str, PageInput, Reading]]:
    """Each file (path as given, page, reading), in order, read in the workers; what cannot be opened is a reading of
    kind error. ``expected``: what the pages are taken for (None: find out)."""
    paths = [path for given in files for path in (files_of([given], PAGES) if given.is_dir() else [given])]
    pool = ReadingPool(min(len(paths), os.cpu_count() or 1))
    waiting: deque[tuple[str, PageInput, Future[Reading] | Reading]] = deque()

    def ready() -> tuple[str, PageInput, Reading]:
        path, page, outcome = waiting.popleft()
        return path, page, outcome if isinstance(outcome, Reading) else pool.result(outcome, page)

    try:
        for path in paths:
            try:
                page = replace(page_of_file(path, urls), expected=expected)
                waiting.append((str(path), page, pool.submit(page, None)))
            except UnusableInput as error:
                failed = Reading("error", issues=(Issue(error.code, "error", str(error)),))
                waiting.append((str(path), PageInput(b""), failed))
            if len(waiting) > 4 * pool.workers:
                yield ready()
        while waiting:
            yield ready()
    finally:
        pool.close()
