"""What one exported document is made of: every key in order, its type, label and meaning.

The manifest, the Parquet schema, the dataset card and the Croissant file all read it here. The keys are those of
``archive.record.EXPORT_KEYS``, then ``rights_basis``, then ``copies`` where copies are folded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from archive.record import EXPORT_KEYS
from archive.vocab import FIELD_BY_NAME

__all__ = ["REPEATED", "TEXTS", "ExportField", "Shape", "export_fields"]

Shape: TypeAlias = "Literal['string', 'integer', 'number'] | tuple[tuple[str, Shape], ...]"
"""A value's type: a plain one, or an object's parts in order."""

TEXTS = ("text", "markdown")
"""The two keys that hold nearly all bytes of a document."""

ORIGIN: Shape = (("rule", "string"), ("where", "string"), ("snippet", "string"), ("confidence", "number"))
SHAPES: dict[str, Shape] = {
    "version": "integer",
    "attachments": (
        ("order", "integer"), ("name", "string"), ("url", "string"), ("media_type", "string"), ("sha256", "string"),
        ("length", "integer"), ("state", "string"),
    ),
    "date_claims": (("role", "string"), ("date", "string"), ("origin", ORIGIN)),
    "periods": (("start", "string"), ("end", "string"), ("kind", "string")),
    "copies": (("id", "string"), ("url", "string"), ("trust", "string")),
}  # fmt: skip
"""What is no string and no array of strings."""
REPEATED = frozenset({f.name for f in FIELD_BY_NAME.values() if f.array} | set(SHAPES) - {"version"} | {"flags"})
"""Keys whose value is an array."""

OWN = {
    "id": ("文档编号", "16 hex digits of the canonical URL's digest; never changes"),
    "source": ("来源站点", "id of the source file; null for an import"),
    "url": ("网址", "address as listed, or urn:sha256 of an imported file"),
    "kind": ("页面类型", "always article"),
    "text": ("正文", "body, paragraphs parted by line breaks"),
    "markdown": ("正文（Markdown）", "body with headings and tables"),
    "attachments": ("附件", "files that the page offers: order, name, url, media_type, sha256, length, state"),
    "date_claims": ("页面日期", "every date of the page: role, date, origin"),
    "periods": (
        "所涉时期",
        "every period that it covers: start, end, kind (summary or plan); period_start is the first's",
    ),
    "trust": ("可信度", "official, claimed, repost, hijacked or unknown"),
    "flags": ("标记", "altered, truncated, repaired, paywalled, image_only"),
    "version": ("版本", "number of the version that this is, from 1"),
    "captured_at": ("抓取时间", "when the answer was fetched, UTC; null for an import that does not say"),
    "first_seen_at": ("首次见到", "first time the page was seen, UTC"),
    "last_seen_at": ("最近见到", "last time the page was seen, UTC"),
    "gone_at": ("下线时间", "since when the page is gone, UTC"),
    "duplicate_of": ("原件编号", "id of the document whose text this one repeats"),
    "import_path": ("导入路径", "path of the file that was imported"),
    "rights_basis": ("权利依据", "law_text, media, uploader or unclear: see Rights in README.md"),
    "copies": ("副本", "documents that repeat this one's text: id, url, trust"),
}
"""Label and meaning of what is not of the page (what is: ``archive.vocab``)."""


@dataclass(frozen=True, slots=True)
class ExportField:
    """``repeated``: an array of such values, never null; any other value may be null but ``id``, ``url``, ``kind``,
    ``text``, ``markdown``, ``trust``, ``version``, ``first_seen_at``, ``last_seen_at`` and ``rights_basis``."""

    name: str
    shape: Shape
    repeated: bool
    label: str
    meaning: str

    @property
    def type(self) -> str:
        """``array``, ``integer`` or ``string``, as the manifest says it."""
        return "array" if self.repeated else str(self.shape)


def export_fields(fold: bool) -> tuple[ExportField, ...]:
    """The keys of a record in order."""
    return tuple(_field(key) for key in (*EXPORT_KEYS, "rights_basis", *(("copies",) if fold else ())))


def _field(name: str) -> ExportField:
    known = FIELD_BY_NAME.get(name)
    label, meaning = (known.label, known.meaning) if known else OWN[name]
    return ExportField(name, SHAPES.get(name, "string"), name in REPEATED, label, meaning)
