"""A source file: TOML text → typed Source. Facts only; an unknown key or a wrong type is an error that
names the file and the key. No file is opened here (``spiders.loader`` does that)."""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import urlsplit

from lxml import etree

from archive.model import METADATA_FIELDS
from crawler.errors import SourceError

__all__ = ["Column", "Expect", "Fetch", "Rules", "Source", "allows", "parse_source", "port_of"]

ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
REGION = re.compile(r"\d{6}")
SCHEDULE = re.compile(r"hourly|daily|weekly|[\d*/,-]+(?: +[\w*/,-]+){4}")
SOURCE_KEYS = (
    "name", "publisher", "homepage", "family", "region", "seen_at", "verified", "schedule", "domains",
    "fetch", "columns", "rules", "expect",
)  # fmt: skip


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
    """Manners: ``delay`` seconds between two requests to the host (None: the loader's default), ``max_pages``
    list pages a column."""

    delay: float | None = None
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


def allows(source: Source, url: str) -> bool:
    """Whether the URL's host (and port, where the domain names one) is among the source's domains."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    return any(d == host or d == f"{host}:{port_of(url)}" for d in source.domains)


def port_of(url: str) -> int:
    """The port that a URL asks: its own, else 80 or 443."""
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def parse_source(text: str, file: str) -> Source:
    """The Source of a TOML text; ``file`` (its path) gives the id and stands first in every error.

    Raises SourceError: one line, ``<file>: <key>: <what is wrong and what to do>``.
    """
    stem = file.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".toml")
    if not ID.fullmatch(stem):
        raise SourceError(f"{file}: the file name is the source's id: use a-z, 0-9, - and _ only")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{file}: not TOML: {error}") from None
    reader = _Reader(file)
    return _source(stem, text, table, reader)


def _source(stem: str, text: str, table: dict[str, object], r: _Reader) -> Source:
    r.keys(table, "", SOURCE_KEYS)
    homepage = r.url(table, "homepage")
    domains = r.texts(table, "domains") or (_default_domain(homepage),)
    source = Source(
        id=stem,
        name=r.required(table, "name"),
        homepage=homepage,
        columns=_columns(r.tables(table, "columns"), r),
        publisher=r.text(table, "publisher"),
        family=r.text(table, "family"),
        region=r.matching(table, "region", REGION, 'a GB/T 2260 code as text, such as "330900"'),
        seen_at=r.text(table, "seen_at"),
        verified=r.day(table, "verified"),
        schedule=r.matching(table, "schedule", SCHEDULE, '"hourly", "daily", "weekly" or a cron line'),
        domains=tuple(d.lower() for d in domains),
        fetch=_fetch(r.table(table, "fetch"), r),
        rules=tuple(_rule(t, f"rules[{n}].", r) for n, t in enumerate(r.tables(table, "rules"))),
        expect=_expect(r.table(table, "expect"), r),
        toml=text,
    )
    for column in source.columns:
        if not allows(source, column.url):
            raise r.error(f"columns.{column.id}.url", f"{column.url} is outside the domains {list(source.domains)}")
    if not allows(source, source.homepage):
        raise r.error("homepage", f"{source.homepage} is outside the domains {list(source.domains)}")
    return source


def _default_domain(homepage: str) -> str:
    parts = urlsplit(homepage)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def _columns(tables: list[dict[str, object]], r: _Reader) -> tuple[Column, ...]:
    if not tables:
        raise r.error("columns", "at least one [[columns]] with id and url is needed")
    columns: list[Column] = []
    for number, table in enumerate(tables):
        where = f"columns[{number}]."
        r.keys(table, where, ("id", "url", "name"))
        column = Column(
            id=r.required(table, "id", where), url=r.url(table, "url", where), name=r.text(table, "name", where)
        )
        if not ID.fullmatch(column.id):
            raise r.error(where + "id", f"{column.id!r}: use a-z, 0-9, - and _ only")
        if any(column.id == c.id for c in columns):
            raise r.error(where + "id", f"duplicate id {column.id!r}: each column needs its own")
        columns.append(column)
    return tuple(columns)


def _fetch(table: dict[str, object], r: _Reader) -> Fetch:
    r.keys(table, "fetch.", ("delay", "max_pages"))
    pages = r.whole(table, "max_pages", "fetch.")
    if pages is not None and pages < 1:
        raise r.error("fetch.max_pages", "must be 1 or more")
    return Fetch(delay=r.number(table, "delay", "fetch."), max_pages=pages)


def _rule(table: dict[str, object], where: str, r: _Reader) -> Rules:
    r.keys(table, where, ("content", "title", "valid_until"))
    for key in ("content", "title"):
        path = r.text(table, key, where)
        try:
            if path is not None:
                etree.XPath(path)
        except etree.XPathError as error:
            raise r.error(where + key, f"{path!r} is no XPath: {error}") from None
    return Rules(
        content=r.text(table, "content", where),
        title=r.text(table, "title", where),
        valid_until=r.day(table, "valid_until", where),
    )


def _expect(table: dict[str, object], r: _Reader) -> Expect:
    r.keys(table, "expect.", ("documents", "fill", "newest_within_days"))
    fill = r.table(table, "fill", "expect.")
    r.keys(fill, "expect.fill.", METADATA_FIELDS)
    shares = {name: r.number(fill, name, "expect.fill.") or 0.0 for name in fill}
    for name, share in shares.items():
        if share > 1:
            raise r.error(f"expect.fill.{name}", f"{share} is no share: use 0 to 1")
    return Expect(
        documents=r.whole(table, "documents", "expect."),
        fill=shares,
        newest_within_days=r.whole(table, "newest_within_days", "expect."),
    )


class _Reader:
    """Takes typed values out of a TOML table; every complaint names the file and the key."""

    def __init__(self, file: str) -> None:
        self.file = file

    def error(self, key: str, message: str) -> SourceError:
        return SourceError(f"{self.file}: {key}: {message}")

    def keys(self, table: Mapping[str, object], where: str, known: Iterable[str]) -> None:
        names = tuple(known)
        for key in table:
            if key not in names:
                near = difflib.get_close_matches(key, names, 1)
                hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(names)}"
                raise self.error(where + key, f"unknown key; {hint}")

    def text(self, table: Mapping[str, object], key: str, where: str = "") -> str | None:
        value = table.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.error(where + key, f"must be text in quotes, not {_kind(value)}")
        if not value.strip():
            raise self.error(where + key, "is empty: leave the key out, or say it")
        return value.strip()

    def required(self, table: Mapping[str, object], key: str, where: str = "") -> str:
        value = self.text(table, key, where)
        if value is None:
            raise self.error(where + key, "is missing")
        return value

    def url(self, table: Mapping[str, object], key: str, where: str = "") -> str:
        value = self.required(table, key, where)
        try:
            parts = urlsplit(value)
            if parts.scheme in ("http", "https") and parts.hostname and port_of(value):
                return value
        except ValueError:
            pass
        raise self.error(where + key, f"{value!r} is no http or https address")

    def matching(self, table: Mapping[str, object], key: str, form: re.Pattern[str], what: str) -> str | None:
        value = self.text(table, key)
        if value is not None and not form.fullmatch(value):
            raise self.error(key, f"{value!r}: must be {what}")
        return value

    def texts(self, table: Mapping[str, object], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise self.error(key, "must be a list of texts, such as ['www.example.gov.cn']")
        return tuple(value)

    def table(self, table: Mapping[str, object], key: str, where: str = "") -> dict[str, object]:
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise self.error(where + key, f"must be a table [{where}{key}], not {_kind(value)}")
        return value

    def tables(self, table: Mapping[str, object], key: str) -> list[dict[str, object]]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            raise self.error(key, f"must be tables written as [[{key}]]")
        return value

    def number(self, table: Mapping[str, object], key: str, where: str) -> float | None:
        value = table.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < float("inf"):
            raise self.error(where + key, f"must be a number of 0 or more, not {value!r}")
        return float(value)

    def whole(self, table: Mapping[str, object], key: str, where: str) -> int | None:
        value = table.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.error(where + key, f"must be a whole number of 0 or more, not {value!r}")
        return value

    def day(self, table: Mapping[str, object], key: str, where: str = "") -> date | None:
        value = table.get(key)
        if value is None:
            return None
        if isinstance(value, datetime) or not isinstance(value, date):
            raise self.error(where + key, "must be a day without quotes, such as 2026-11-21")
        return value


def _kind(value: object) -> str:
    names = {bool: "true/false", int: "a whole number", float: "a number", list: "a list", dict: "a table"}
    return names.get(type(value), "a date" if isinstance(value, date) else type(value).__name__)
