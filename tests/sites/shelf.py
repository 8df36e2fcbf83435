"""What a site holds: its articles, and how they change, vanish, return and are added.

All changes are deterministic and spread over the shelf; each one returns the articles that it touched.
An article is changed at most once, and a changed one is never removed, so that a test can count both.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

__all__ = ["Article", "File", "Shelf"]


@dataclass(frozen=True, slots=True)
class File:
    """An attachment: ``path`` on the site, ``body`` real bytes of its kind."""

    name: str
    path: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Article:
    """One document of a site. ``number`` is unique on the site; ``path`` never changes.

    ``published_at`` is local time (Asia/Shanghai) without a zone, as pages print it. ``signature``: lines at
    the end of the body. ``paragraphs`` is the body without title, addressee, table and signature; ``rows`` is
    a table that stands before the signature (its first row holds the headings).
    """

    number: int
    path: str
    column: str
    title: str
    issued_on: date
    published_at: datetime
    paragraphs: tuple[str, ...]
    addressed_to: str | None = None
    signature: tuple[str, ...] = ()
    document_number: str | None = None
    index_number: str | None = None
    summary: str | None = None
    editor: str | None = None
    marks: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def body(self) -> tuple[str, ...]:
        """The lines of the body, addressee and signature included; the table is not among them."""
        to = (f"{self.addressed_to}：",) if self.addressed_to else ()
        return (*to, *self.paragraphs, *self.signature)


@dataclass(slots=True)
class Shelf:
    """The articles of a site. ``make(number)`` writes a new one; ``list`` newest first, without the removed."""

    make: Callable[[int], Article]
    articles: dict[int, Article] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)
    removed: list[int] = field(default_factory=list)
    added: set[int] = field(default_factory=set)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def fill(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.articles[number] = self.make(number)

    def live(self, column: str | None = None) -> list[Article]:
        """The articles that are there now, newest first."""
        with self._lock:
            gone = set(self.removed)
            held = [a for a in self.articles.values() if a.number not in gone and column in (None, a.column)]
        return sorted(held, key=lambda a: (a.published_at, a.number), reverse=True)

    def at(self, path: str) -> Article | None:
        """The article at that path, None where there is none now."""
        return next((a for a in self.live() if a.path == path), None)

    def change(self, n: int) -> list[Article]:
        """The publisher corrects ``n`` articles: a paragraph is put in, another loses its last sentence."""
        with self._lock:
            touched = [self._corrected(self.articles[number]) for number in self._spread(n)]
            self.articles.update({a.number: a for a in touched})
            self.changed.update(a.number for a in touched)
        return touched

    def remove(self, n: int) -> list[Article]:
        """``n`` unchanged articles vanish from the lists and answer 404."""
        with self._lock:
            numbers = self._spread(n)
            self.removed += numbers
            return [self.articles[number] for number in numbers]

    def restore(self, n: int) -> list[Article]:
        """The last ``n`` removed articles return as they were."""
        with self._lock:
            numbers = [self.removed.pop() for _ in range(min(n, len(self.removed)))]
            return [self.articles[number] for number in numbers]

    def add(self, n: int) -> list[Article]:
        """``n`` new articles, newer than all others."""
        with self._lock:
            start = max(self.articles, default=0) + 1
            self.fill(range(start, start + n))
            self.added.update(range(start, start + n))
            return [self.articles[number] for number in range(start, start + n)]

    def _spread(self, n: int) -> list[int]:
        """``n`` numbers of untouched articles, evenly over the shelf; ValueError where there are too few."""
        touched = self.changed | set(self.removed) | self.added
        free = sorted(set(self.articles) - touched)
        if n > len(free):
            raise ValueError(f"only {len(free)} untouched articles are left, {n} were asked for")
        stride = len(free) // n if n else 1
        return [free[i * len(free) // n + i % stride] for i in range(n)]  # i % stride: not always the same column

    @staticmethod
    def _corrected(article: Article) -> Article:
        first, *rest = article.paragraphs
        shortened = f"{first.rstrip('。').rpartition('。')[0] or first.rstrip('。')}。"
        note = f"经核对，上述第{article.number % 7 + 2}项数据更正为{article.number * 37 % 9000 + 11}，特此更正说明。"
        return replace(article, paragraphs=(shortened, note, *rest))
