"""A source file: TOML text → typed Source. Facts only; an unknown key or a wrong type is an error that
names the file and the key. No file is opened here (``spiders.loader`` does that)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

__all__ = ["Column", "Expect", "Fetch", "Rules", "Source", "parse_source"]

METADATA_FILL = "expect.fill names a field that does not exist"
ID = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Column:
    """A list (栏目) to walk. ``id`` is ours, ``url`` its first list page."""

    id: str
    url: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Where the family's default is wrong: XPath of the body, valid for captures fetched until that day."""

    content: str | None = None
    title: str | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Expect:
    """What a run must reach, judged when it closes: documents held, share of documents with a field (0–1),
    age of the newest document in days."""

    documents: int | None = None
    fill: Mapping[str, float] = field(default_factory=dict)
    newest_within_days: int | None = None


@dataclass(frozen=True, slots=True)
class Fetch:
    """Manners: ``delay`` seconds between two requests to the host, ``max_pages`` list pages a column."""

    delay: float = 1.0
    max_pages: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One site. ``domains``: hosts (with port where not the default) that a crawl may ask."""

    id: str
    name: str
    homepage: str
    columns: tuple[Column, ...]
    publisher: str | None = None
    family: str | None = None
    region: str | None = None
    seen_at: str | None = None
    verified: date | None = None
    schedule: str | None = None
    domains: tuple[str, ...] = ()
    fetch: Fetch = field(default_factory=Fetch)
    rules: tuple[Rules, ...] = ()
    expect: Expect = field(default_factory=Expect)
    toml: str = ""

    @property
    def toml_sha256(self) -> str:
        """Lower-case hex of the source file's text, UTF-8."""
        return hashlib.sha256(self.toml.encode()).hexdigest()

    def rules_on(self, day: date | None) -> Rules:
        """The rules that hold for a capture of that day (None: today's): the earliest that is still valid."""
        dated = sorted((r for r in self.rules if r.valid_until), key=lambda r: r.valid_until or date.max)
        for rule in dated:
            if day is not None and rule.valid_until is not None and day <= rule.valid_until:
                return rule
        return next((r for r in self.rules if r.valid_until is None), Rules())
