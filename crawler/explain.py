"""What ``extract --explain`` adds to a record: for every field its value, where it was read and how far to believe it,
and what else the page offered; then the evidence for the trust, the issues and how the page was taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TypeAlias

from archive.index_numbers import parse_index_number
from archive.model import METADATA_FIELDS, Draft, Origin, Reading
from crawler.extract.numbers import read_number

__all__ = ["explained"]

Parts: TypeAlias = dict[str, str | int | None]


def explained(reading: Reading) -> dict[str, object]:
    """The object under ``explain``; ``fields`` is empty for a page that is no article."""
    draft = reading.draft
    return {
        "fields": {name: _field(draft, name) for name in METADATA_FIELDS} if draft else {},
        "trust_evidence": list(reading.trust_evidence),
        "issues": [{"code": i.code, "level": i.level, "message": i.message} for i in reading.issues],
        "unknown_labels": list(draft.unknown_labels) if draft else [],
        "warnings": list(draft.warnings) if draft else [],
        "further_pages": [part.url for part in reading.parts],
        "first_page": reading.part_of,
        "encoding": reading.encoding,
        "family": reading.family,
    }


def _field(draft: Draft, name: str) -> Mapping[str, object]:
    """``value`` (null where the page does not say), of numbers ``parsed`` (null where their grammar is not known),
    ``origin``, ``confidence`` and ``rejected`` of one field."""
    origin, value = draft.origins.get(name), getattr(draft.metadata, name)
    return {
        "value": _plain(value),
        **({"parsed": PARSED[name](value) if value else None} if name in PARSED else {}),
        "origin": _origin(origin) if origin else None,
        "confidence": origin.confidence if origin else None,
        "rejected": [
            {"value": _plain(lost.value), "origin": _origin(lost.origin), "why": lost.why}
            for lost in draft.rejected
            if lost.field == name
        ],
    }


def _document_number(value: str) -> Parts | None:
    number = read_number(value)
    return asdict(number) | {"canonical": number.canonical} if number else None


def _index_number(value: str) -> Parts | None:
    number = parse_index_number(value)
    return asdict(number) | {"series": number.series} if number else None


PARSED: dict[str, Callable[[str], Parts | None]] = {
    "document_number": _document_number,
    "index_number": _index_number,
}


def _origin(origin: Origin) -> dict[str, str]:
    return {"rule": origin.rule, "where": origin.where, "snippet": origin.snippet}


def _plain(value: str | tuple[str, ...] | None) -> str | list[str] | None:
    """A value as records print it."""
    return (list(value) or None) if isinstance(value, tuple) else value
