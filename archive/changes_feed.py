"""The archive's changes as an Atom feed: an entry a change, with its interval."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archive.changes import ArchiveChange
from archive.feeds import Feed, FeedEntry, entry_id, feed_id
from archive.vocab import FIELD_BY_NAME

__all__ = ["change_entry", "changes_feed"]

SAID = {
    "created": "新增 created", "text": "正文有变 text changed", "metadata": "信息项有变 metadata changed",
    "attachment": "附件有变 attachments changed", "gone": "已不在 gone", "restored": "重新出现 restored",
    "moved": "地址有变 moved", "unlisted": "不再列出 unlisted",
}  # fmt: skip


def changes_feed(
    changes: Iterable[ArchiveChange], *, source: str | None = None, kinds: Sequence[str] = (),
    self_url: str | None = None, link: str | None = None,
) -> Feed:  # fmt: skip
    """The feed of these changes, newest first. ``source`` and ``kinds``: what they were chosen by."""
    chosen = ", ".join((*((source,) if source else ()), *kinds))
    title = "公开信息变更 Changes" + (f": {chosen}" if chosen else "")
    entries = tuple(change_entry(change) for change in changes)
    id = feed_id("changes", *((f"source={source}",) if source else ()), *sorted(kinds))
    return Feed(id, title, entries, self_url=self_url, link=link)


def change_entry(change: ArchiveChange, link: str | None = None) -> FeedEntry:
    """The entry of a change. ``link``: what it leads to, where that is not the page itself."""
    return FeedEntry(
        id=entry_id(change.id, change.change, change.seen_at),
        title=f"{SAID[change.change].split()[0]}：{change.title or change.url}",
        updated=change.seen_at,
        summary=_summary(change),
        author=change.publisher,
        link=link or change.url,
        source=change.url,
        published=change.seen_at,
        categories=(change.change, change.trust),
    )


def _summary(change: ArchiveChange) -> str:
    said = [SAID[change.change]]
    if change.not_before:
        said.append(f"between {change.not_before} and {change.seen_at}")
    else:
        said.append(f"seen first {change.seen_at}")
    fields = [FIELD_BY_NAME[name].label for name in change.changed if name in FIELD_BY_NAME]
    if fields:
        said.append("、".join(fields))
    if change.moved_to:
        said.append(f"moved to {change.moved_to}")
    if change.moved_from:
        said.append(f"moved from {change.moved_from}")
    return " · ".join((*said, change.url))
