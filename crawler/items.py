"""What the spider yields: one item per answer, or per request that got none."""

from __future__ import annotations

from dataclasses import dataclass

from archive.frontier import Leased
from archive.model import Capture

__all__ = ["Answer", "NoAnswer"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored answer, to be read. ``body`` is the payload after content decoding; ``final_url`` after redirects."""

    lease: Leased
    capture: Capture
    final_url: str
    status: int
    media_type: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A request that brought nothing that could be stored. ``code``: of ``crawler.errors`` or a transport's.

    ``again``: worth another attempt (a time-out is, a refusal by the address guard is not)."""

    lease: Leased
    code: str
    message: str
    again: bool
