"""What counts as a change by the publisher, and when a page is gone.

Two readings are compared only when the same reader made both (house rule: a better rule must never
look like a publisher's change). Text is compared without white space and zero-width marks; of the
metadata, what the page states about the document counts, what we derive from it or what belongs to
the site (site name, breadcrumb) does not; of the attachments, their names and addresses.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.identity import canonical_url
from archive.model import METADATA_FIELDS, AttachmentLink, Change, Metadata

__all__ = ["Content", "changed_fields", "confirms_gone", "content_sha256", "difference", "text_sha256"]

BLANK = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
DERIVED = frozenset(
    {"publisher_full", "period_start", "period_end", "doc_type", "site_name", "site_domain", "site_id_code", "column"}
)
STATED = tuple(name for name in METADATA_FIELDS if name not in DERIVED)
CONFIRM_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Content:
    """What of a reading belongs to the publisher."""

    text: str
    metadata: Metadata
    attachments: tuple[AttachmentLink, ...]


def text_sha256(text: str) -> str:
    """Hex digest of a text without white space and zero-width marks, UTF-8."""
    return hashlib.sha256(BLANK.sub("", text).encode("utf-8", "surrogatepass")).hexdigest()


def content_sha256(content: Content) -> str:
    """Hex digest of all that counts for a version."""
    stated = [_plain(getattr(content.metadata, name)) for name in STATED]
    parts = [text_sha256(content.text), stated, _files(content.attachments)]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def difference(old: Content, new: Content) -> Change | None:
    """What the publisher changed: text before attachments before metadata; None: nothing."""
    if text_sha256(old.text) != text_sha256(new.text):
        return "text"
    if _files(old.attachments) != _files(new.attachments):
        return "attachment"
    return "metadata" if changed_fields(old.metadata, new.metadata) else None


def changed_fields(old: Metadata, new: Metadata) -> tuple[str, ...]:
    """Names of the stated fields that differ."""
    return tuple(n for n in STATED if _plain(getattr(old, n)) != _plain(getattr(new, n)))


def confirms_gone(failed_at: Iterable[str], now: datetime) -> bool:
    """Whether a page that answers 404, 410 or a soft 404 at ``now`` is gone, on a site that answers otherwise.

    ``failed_at``: UTC times of the failed checks since the last good one. Gone needs one at least a day before.
    """
    return any(now - datetime.fromisoformat(at) >= CONFIRM_AFTER for at in failed_at)


def _plain(value: str | tuple[str, ...] | None) -> str | list[str] | None:
    if isinstance(value, tuple):
        return [BLANK.sub("", v) for v in value]
    return BLANK.sub("", value) if value else None


def _files(links: tuple[AttachmentLink, ...]) -> list[list[str]]:
    return [[BLANK.sub("", link.name), _address(link.url)] for link in links]


def _address(url: str) -> str:
    try:
        return canonical_url(url)
    except ValueError:
        return url
