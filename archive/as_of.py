"""Which version of a document was current at a moment of the past, and what is known of that moment.

A version is known to have been there at its checks only. Between the last check of one and the first of the next the
document may have changed at any time: at a moment in between the earlier one is shown, and it is said that it may have
changed before.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from sqlite_utils import Database

from archive.errors import NotCapturedYet
from archive.model import Change
from archive.proofs import last_missing

__all__ = ["AsOf", "as_of"]

LATEST = "9999"
STATES = """
    SELECT v.number, v.change, v.first_seen_at, v.last_seen_at,
        EXISTS (SELECT 1 FROM renditions r WHERE r.version = v.id) AS has_text
    FROM versions v WHERE v.document = ? ORDER BY v.number
"""


@dataclass(frozen=True, slots=True)
class AsOf:
    """What is known of a document at ``moment`` (all times UTC).

    ``version`` was current: seen first at ``seen_at``, last at ``last_seen_at`` (before the moment or after it).
    ``certain``: the checks before (or at) and after (or at) the moment found the same; else it may have changed between
    ``last_seen_at`` and ``next_seen_at``, or since. ``next_*``: the change that was seen next, if any. ``gone``: the
    page was not there any more (``gone`` or ``moved``, found so at ``gone_at``); ``version`` is then the last that was.
    """

    moment: str
    version: int
    seen_at: str
    last_seen_at: str
    certain: bool
    next_version: int | None = None
    next_change: Change | None = None
    next_seen_at: str | None = None
    gone: Change | None = None
    gone_at: str | None = None


@dataclass(frozen=True, slots=True)
class _State:
    number: int
    change: Change
    first_seen_at: str
    last_seen_at: str
    has_text: int


def as_of(db: Database, document: str, moment: str) -> AsOf:
    """What was current at ``moment`` (a UTC stamp). Raises NotCapturedYet where nothing had been captured yet."""
    states = _states(db.conn, document)
    past = [s for s in states if s.first_seen_at <= moment]
    shown = next((s for s in reversed(past) if s.has_text), None)
    if shown is None:
        first = f"the first capture is of {states[0].first_seen_at}" if states else "it has no capture at all"
        raise NotCapturedYet(f"no capture of {document} from {moment} or before; {first}")
    current = past[-1]
    following = next((s for s in states if s.number > current.number), None)
    later = (following.number, following.change, following.first_seen_at) if following else (None, None, None)
    left = (current.change, current.first_seen_at) if current.change in ("gone", "moved") else (None, None)
    last = current.last_seen_at
    if left[0]:
        last = last_missing(db.conn, document, following.first_seen_at if following else LATEST) or last
    return AsOf(moment, shown.number, shown.first_seen_at, shown.last_seen_at, last >= moment, *later, *left)


def _states(conn: sqlite3.Connection, document: str) -> list[_State]:
    return [_State(*row) for row in conn.execute(STATES, [document])]
