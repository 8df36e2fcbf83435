"""What time it is. UTC; ``GONGKAI_NOW`` (ISO 8601) stops the clock there, for the demo and the tests only."""

from __future__ import annotations

import os
from datetime import UTC, datetime

__all__ = ["now", "stamp"]


def now() -> datetime:
    """The present moment, time zone UTC.

    Raises ValueError when ``GONGKAI_NOW`` is not an ISO date or time; one without a zone is read as UTC.
    """
    fixed = os.environ.get("GONGKAI_NOW")
    if not fixed:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(fixed)
    except ValueError:
        raise ValueError(f"GONGKAI_NOW={fixed!r} is no ISO date or time, such as 2026-11-21T08:00:00Z") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def stamp(moment: datetime | None = None) -> str:
    """``YYYY-MM-DDThh:mm:ssZ`` of ``moment``, or of now."""
    return (moment or now()).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
