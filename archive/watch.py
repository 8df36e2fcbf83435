"""Saved searches: a query under a name, and what came or changed among its documents since somebody looked.

What is new is told by the order in which versions were stored, not by their times: an import brings pages that were
captured years ago, and they are news all the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sqlite_utils import Database

from archive.changes import ArchiveChange, changes_of
from archive.changes_feed import change_entry
from archive.clock import stamp
from archive.conditions import conditions
from archive.database import transaction
from archive.errors import QueryError
from archive.feeds import Feed, feed_id
from archive.index import index_waiting
from archive.query import parse_query

__all__ = ["SavedSearch", "feed", "look", "news", "remove", "save", "saved", "saved_searches"]

NAME = re.compile(r"[\w.-]{1,60}")
FEED_LENGTH = 100  # entries: readers fetch the whole feed each time
SAVED = "SELECT name, query, created_at, looked_at, seen_version FROM saved_searches"
LAST = "SELECT coalesce(max(id), 0) FROM versions"


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """Times UTC. ``seen_version``: the newest version's row when somebody looked last. ``new``: how many versions of
    its documents came since."""

    name: str
    query: str
    created_at: str
    looked_at: str
    seen_version: int
    new: int = 0


def save(db: Database, name: str, query: str) -> SavedSearch:
    """Save a search, or give the name another query; all that is held counts as seen. Raises QueryError for a query
    that cannot be read, or a name that is none."""
    if not NAME.fullmatch(name):
        raise QueryError(f"{name!r} is no name: letters, digits, . _ and -, at most 60")
    parse_query(query)
    now = stamp()
    with transaction(db) as conn:
        conn.execute(
            f"""INSERT INTO saved_searches (name, query, created_at, looked_at, seen_version)
                VALUES (?, ?, ?, ?, ({LAST}))
                ON CONFLICT (name) DO UPDATE SET query = excluded.query, looked_at = excluded.looked_at,
                    seen_version = excluded.seen_version""",
            [name, query, now, now],
        )
    return saved(db, name)


def remove(db: Database, name: str) -> None:
    """Forget a saved search. Raises QueryError where there is none of that name."""
    saved(db, name)
    with transaction(db) as conn:
        conn.execute("DELETE FROM saved_searches WHERE name = ?", [name])


def saved(db: Database, name: str) -> SavedSearch:
    """The search of that name; raises QueryError where there is none."""
    row = db.execute(f"{SAVED} WHERE name = ?", [name]).fetchone()
    if row is None:
        names = [r[0] for r in db.execute("SELECT name FROM saved_searches ORDER BY name")]
        known = f"there are {', '.join(names)}" if names else "there is none yet: gongkai watch NAME QUERY saves one"
        raise QueryError(f"no saved search {name!r}; {known}")
    return SavedSearch(*row)


def saved_searches(db: Database) -> tuple[SavedSearch, ...]:
    """All saved searches by name, each with the number of its news."""
    rows = [SavedSearch(*row) for row in db.execute(f"{SAVED} ORDER BY name").fetchall()]
    return tuple(replace(row, new=len(news(db, row, -1))) for row in rows)


def news(db: Database, search: SavedSearch, limit: int = 100) -> tuple[ArchiveChange, ...]:
    """The changes of its documents that were stored since somebody looked, the last stored first."""
    index_waiting(db)
    found = conditions(parse_query(search.query))
    return tuple(changes_of(db, found.sql, found.params, after_version=search.seen_version, limit=limit))


def feed(db: Database, search: SavedSearch, *, self_url: str | None = None, link: str | None = None) -> Feed:
    """The last changes among its documents, seen or not. ``self_url``, ``link``: where the feed and its page are."""
    found = news(db, replace(search, seen_version=0), FEED_LENGTH)
    return Feed(
        feed_id("search", search.name), f"公开信息检索 {search.name}: {search.query}",
        tuple(change_entry(change) for change in found), self_url=self_url, link=link,
    )  # fmt: skip


def look(db: Database, search: SavedSearch) -> None:
    """From now on all that is held counts as seen."""
    with transaction(db) as conn:
        conn.execute(
            f"UPDATE saved_searches SET looked_at = ?, seen_version = ({LAST}) WHERE name = ?", [stamp(), search.name]
        )
