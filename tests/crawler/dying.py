"""``gongkai`` in a process that kills itself (SIGKILL) at a named point, for the tests of the frontier's promise.

    python -m tests.crawler.dying POINT COUNT [gongkai arguments]

POINT, at its COUNT-th passing: ``append`` (the answer is in the WARC file, its row is not), ``commit`` (inside the
transaction that stores a document), ``rotation`` (a full WARC file is about to be sealed), ``step`` (any statement
of the database, or a write to a WARC file), ``copy`` (a WARC file was copied for a backup, or brought in by a merge).
``forgetful`` does not die: it runs with recovery switched off, the control
that must fail.
"""

from __future__ import annotations

import functools
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from typing import Any

ROTATE_AT = 150_000  # bytes: small, so that a crawl of some hundred pages rotates


def _dies_after(function: Callable[..., Any], count: int) -> Callable[..., Any]:
    calls = 0

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        result = function(*args, **kwargs)
        calls += 1
        if calls == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapped


def _count_steps(count: int) -> None:
    step = _dies_after(lambda: None, count)

    class Stepping(sqlite3.Connection):
        def execute(self, *args: Any) -> sqlite3.Cursor:
            step()
            return super().execute(*args)

    def written(*args: Any) -> int:
        step()
        return pwrite(*args)

    connect, pwrite = sqlite3.connect, os.pwrite
    sqlite3.connect = functools.partial(connect, factory=Stepping)  # type: ignore[misc]
    os.pwrite = written


def arm(point: str, count: int) -> None:
    """Set the trap."""
    import archive.backup
    import archive.documents
    import archive.frontier
    import archive.warcfile
    import crawler.session
    from archive.recover import Recovered

    writer = archive.warcfile.WarcWriter
    if point == "append":
        writer.append = _dies_after(writer.append, count)  # type: ignore[method-assign]
    elif point == "commit":
        archive.documents.await_index = _dies_after(archive.documents.await_index, count)
    elif point == "rotation":
        small = functools.partial(crawler.session.Captures, max_bytes=ROTATE_AT)
        crawler.session.Captures = small  # type: ignore[misc]
        writer.sync = _dies_after(writer.sync, count)  # type: ignore[method-assign]
    elif point == "step":
        _count_steps(count)
    elif point == "copy":
        archive.backup.copy_file = _dies_after(archive.backup.copy_file, count)
    elif point == "forgetful":
        crawler.session.recover = lambda db, home: Recovered()
        archive.frontier.Frontier.release = lambda self: 0  # type: ignore[method-assign]
        archive.frontier.Frontier.kept = lambda self: []  # type: ignore[method-assign]
    else:
        raise SystemExit(f"no point called {point}")


if __name__ == "__main__":
    name, count, *rest = sys.argv[1:]
    sys.argv = ["gongkai", *rest]
    arm(name, int(count))
    from crawler.cli import main

    main()
