"""Turns of threads: one that comes back from SQLite or from a packer goes on soon, not after 5 ms.

Python lets a thread run for 5 ms while another waits for it. Where one thread makes what another writes, and the writer
is in C code for a millisecond at a time, that is most of its time.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["short_turns"]

TURN = 0.0002  # seconds


@contextmanager
def short_turns() -> Iterator[None]:
    """For the whole process, while the block runs."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
