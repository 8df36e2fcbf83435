"""The folder that an export is written into, until it is whole and takes its final name."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from archive.errors import ExportExists

__all__ = ["partial_folder"]

OURS = re.compile(
    r"documents(-\d{5})?\.(jsonl|csv|parquet|wacz)|(manifest|croissant)\.json|removed\.jsonl|digests\.tsv|README\.md"
)


@contextmanager
def partial_folder(target: Path) -> Iterator[Path]:
    """An empty ``DIR.partial`` that becomes ``DIR`` when the block ends well and vanishes when it fails.

    What an interrupted export left there is cleared; a running one holds a lock on it. Raises ExportExists
    where another export is writing it or it holds something else.
    """
    partial = target.with_name(target.name + ".partial")
    partial.mkdir(parents=True, exist_ok=True)
    lock = os.open(partial, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _clear(partial, lock)
        try:
            yield partial
            partial.rename(target)
        except BaseException:
            with suppress(OSError):
                shutil.rmtree(partial)
            raise
    finally:
        os.close(lock)


def _clear(partial: Path, lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ExportExists(f"another export is writing {partial}: wait for it, or give another folder") from None
    found = sorted(partial.iterdir())
    strange = [path.name for path in found if not OURS.fullmatch(path.name)]
    if strange:
        raise ExportExists(f"{partial} holds {strange[0]}, which no export wrote: move it away, or give another folder")
    for path in found:
        path.unlink()
