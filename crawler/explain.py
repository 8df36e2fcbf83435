"""What ``extract --explain`` adds to a record: for every field its value, where it was read and how far to believe it,
and what else the page offered; then the evidence for the trust, the issues and how the page was taken."""

from __future__ import annotations

from collections.abc import Mapping

from archive.model import METADATA_FIELDS, Draft, Origin, Reading

__all__ = ["explained"]


def explained(reading: Reading) -> dict[str, object]:
    """The object under ``explain``; ``fields`` is empty for a page that is no article."""
    draft = reading.draft
    return {
        "fields": {name: _field(draft, name) for name in METADATA_FIELDS} if draft else {},
        "trust_evidence": list(reading.trust_evidence),
        "issues": [{"code": i.code, "level": i.level, "message": i.message} for i in reading.issues],
        "unknown_labels": list(draft.unknown_labels) if draft else [],
        "warnings": list(draft.warnings) if draft else [],
        "encoding": reading.encoding,
        "family": reading.family,
    }


def _field(draft: Draft, name: str) -> Mapping[str, object]:
    """``value`` (null where the page does not say), ``origin``, ``confidence`` and ``rejected`` of one field."""
    origin = draft.origins.get(name)
    return {
        "value": _plain(getattr(draft.metadata, name)),
        "origin": _origin(origin) if origin else None,
        "confidence": origin.confidence if origin else None,
        "rejected": [
            {"value": _plain(lost.value), "origin": _origin(lost.origin), "why": lost.why}
            for lost in draft.rejected
            if lost.field == name
        ],
    }


def _origin(origin: Origin) -> dict[str, str]:
    return {"rule": origin.rule, "where": origin.where, "snippet": origin.snippet}


def _plain(value: str | tuple[str, ...] | None) -> str | list[str] | None:
    """A value as records print it."""
    return (list(value) or None) if isinstance(value, tuple) else value
