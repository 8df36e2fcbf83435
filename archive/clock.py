"""What time it is. UTC; ``GONGKAI_NOW`` (ISO 8601) stops the clock there, for the demo and the tests only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

__all__ = ["now", "parse_moment", "stamp", "standing_at"]

_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    """The present moment, time zone UTC.

    Raises ValueError when ``GONGKAI_NOW`` is not an ISO date or time; one without a zone is read as UTC.
    """
    if (standing := _standing.get()) is not None:
        return standing
    fixed = os.environ.get("GONGKAI_NOW")
    if not fixed:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return parse_moment(fixed)
    except ValueError:
        raise ValueError(f"GONGKAI_NOW={fixed!r} is no ISO date or time, such as 2026-11-21T08:00:00Z") from None


def parse_moment(text: str) -> datetime:
    """An ISO date or time as a moment, UTC; without a zone it is read as UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """The clock stands at a moment of the past, while what was stored then is settled again (``gongkai reextract
    --rebuild``): the same code decides, and must not take today for the day of the answer."""
    token = _standing.set(moment)
    try:
        yield
    finally:
        _standing.reset(token)


def stamp(moment: datetime | None = None) -> str:
    """``YYYY-MM-DDThh:mm:ssZ`` of ``moment``, or of now."""
    return (moment or now()).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
