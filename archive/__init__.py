"""What we hold: the archive of captures, documents and their versions. Usable alone, without Scrapy.

Names are loaded when they are first used: a worker that only needs the types does not import SQLite or warcio.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.addresses import find_document, whole_of
    from archive.captures import Captures
    from archive.chain import close_books
    from archive.database import home_folder
    from archive.documents import Stored, held_parts, show_rendition, unchanged_payload, unread_pages
    from archive.exchange import Exchange, header_text
    from archive.identity import canonical_url, text_urn
    from archive.model import Capture
    from archive.renditions import Pages, Writing, last_pages
    from archive.signing import configured_signer
    from archive.store import Archive, SourceRow
    from archive.withdrawals import withdrawn_answer

__all__ = [
    "Archive",
    "Capture",
    "Captures",
    "Exchange",
    "Pages",
    "SourceRow",
    "Stored",
    "Writing",
    "canonical_url",
    "close_books",
    "configured_signer",
    "find_document",
    "header_text",
    "held_parts",
    "home_folder",
    "last_pages",
    "show_rendition",
    "text_urn",
    "unchanged_payload",
    "unread_pages",
    "whole_of",
    "withdrawn_answer",
]

_ROOMS = {
    "Archive": "store",
    "Capture": "model",
    "Captures": "captures",
    "Exchange": "exchange",
    "Pages": "renditions",
    "SourceRow": "store",
    "Stored": "documents",
    "Writing": "renditions",
    "canonical_url": "identity",
    "close_books": "chain",
    "configured_signer": "signing",
    "find_document": "addresses",
    "header_text": "exchange",
    "held_parts": "documents",
    "home_folder": "database",
    "last_pages": "renditions",
    "show_rendition": "documents",
    "text_urn": "identity",
    "unchanged_payload": "documents",
    "unread_pages": "documents",
    "whole_of": "addresses",
    "withdrawn_answer": "withdrawals",
}


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
