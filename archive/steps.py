"""How far a long command is, on stderr: on a terminal one line, written over; elsewhere a line every ten seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Told", "steps"]

Told = Callable[[str, int, int], None]
"""``told(what, done, of)``."""

LIVE_EVERY, PLAIN_EVERY = 0.2, 10.0  # seconds


@contextmanager
def steps() -> Iterator[Told]:
    live = sys.stderr.isatty()
    spoke, began = time.monotonic(), time.monotonic()
    last = ""

    def told(what: str, done: int, of: int) -> None:
        nonlocal spoke, began, last
        now = time.monotonic()
        if what != last:
            last, began = what, now
        if now - spoke < (LIVE_EVERY if live else PLAIN_EVERY):
            return
        spoke = now
        line = f"{what}: {done:,} of {of:,} ({done / max(now - began, 0.001):,.0f}/s)"
        print(f"\r\033[K{line}" if live else line, end="" if live else "\n", file=sys.stderr, flush=True)

    try:
        yield told
    finally:
        if live:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
