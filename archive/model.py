"""The types that cross a floor: what a page says, what was fetched, what is held.

Frozen and slotted. ``None`` means "the page does not say"; an empty string is never stored.
``*_on`` is a day (``YYYY-MM-DD``), ``*_at`` a moment: times of pages are Asia/Shanghai with the
precision that was printed (``YYYY-MM-DD`` or ``YYYY-MM-DDThh:mm[:ss]+08:00``), times of captures,
observations and runs are UTC (``YYYY-MM-DDThh:mm:ssZ``). ``*_sha256`` is lower-case hex.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal

__all__ = [
    "METADATA_FIELDS",
    "Attachment",
    "AttachmentLink",
    "Capture",
    "Change",
    "DateClaim",
    "Document",
    "Draft",
    "Entry",
    "Flag",
    "Issue",
    "Kind",
    "Level",
    "Listing",
    "Metadata",
    "Mode",
    "Observation",
    "Origin",
    "Outcome",
    "Part",
    "Period",
    "PeriodKind",
    "Reading",
    "Rejected",
    "Relation",
    "Rendition",
    "Role",
    "Run",
    "Trust",
    "Unaddressed",
    "Verdict",
    "Version",
]

Kind = Literal["article", "list", "shell", "portal", "challenge", "soft_404", "image", "error"]
Trust = Literal["official", "claimed", "repost", "hijacked", "unknown"]
Flag = Literal["altered", "truncated", "repaired", "paywalled", "image_only"]
Role = Literal["signed", "generated", "published", "republished", "uploaded"]
PeriodKind = Literal["summary", "plan"]
Outcome = Literal[
    "same", "changed", "not_modified", "not_found", "gone", "soft_404",
    "challenged", "refused", "failed", "unlisted",
]  # fmt: skip
Change = Literal["created", "text", "metadata", "attachment", "gone", "restored", "moved", "unlisted"]
Mode = Literal["recent", "full", "reextract", "import"]
Verdict = Literal["ok", "degraded", "failed"]
Level = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was read: the rule's name, the place in the page, and the words there. ``confidence`` (0 to 1)
    orders the rules (``crawler.extract.confidence``); None for what is no field's value."""

    rule: str
    where: str
    snippet: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A value that the page offers for a field and that was not taken: ``why`` is one line of English ("says the same"
    of one that agrees). Never stored."""

    field: str
    value: str | tuple[str, ...]
    origin: Origin
    why: str


@dataclass(frozen=True, slots=True)
class DateClaim:
    """One date that the page prints, with the part it plays. ``date`` is a page time (module text)."""

    role: Role
    date: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Period:
    """Days that a document looks back on (``summary``) or ahead to (``plan``), first and last."""

    start: str
    end: str
    kind: PeriodKind


@dataclass(frozen=True, slots=True)
class AttachmentLink:
    """A file that the page offers. ``order`` counts from 1 in the order of the page; ``url`` is absolute."""

    order: int
    name: str
    url: str
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """The fields of a disclosure document (labels: ``archive.vocab``). Tuples keep the printed order."""

    index_number: str | None = None
    title: str | None = None
    document_number: str | None = None
    publisher: str | None = None
    publisher_full: str | None = None
    issuers: tuple[str, ...] = ()
    addressed_to: tuple[str, ...] = ()
    content_source: str | None = None
    issued_on: str | None = None
    published_at: str | None = None
    effective_on: str | None = None
    repealed_on: str | None = None
    validity: str | None = None
    period_start: str | None = None
    period_end: str | None = None
    doc_type: str | None = None
    genre: str | None = None
    disclosure: str | None = None
    subject: tuple[str, ...] = ()
    catalog_class: tuple[str, ...] = ()
    audience: str | None = None
    keywords: tuple[str, ...] = ()
    summary: str | None = None
    editor: str | None = None
    site_name: str | None = None
    site_domain: str | None = None
    site_id_code: str | None = None
    column: str | None = None


METADATA_FIELDS: tuple[str, ...] = tuple(f.name for f in fields(Metadata))


@dataclass(frozen=True, slots=True)
class Draft:
    """What one reader made of one article page. A pure function of the stored bytes and the Source."""

    url: str | None
    text: str
    markdown: str
    metadata: Metadata
    origins: Mapping[str, Origin] = field(default_factory=dict)
    date_claims: tuple[DateClaim, ...] = ()
    attachments: tuple[AttachmentLink, ...] = ()
    flags: tuple[Flag, ...] = ()
    warnings: tuple[str, ...] = ()
    unknown_labels: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    periods: tuple[Period, ...] = ()

    @property
    def title(self) -> str | None:
        return self.metadata.title


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list page. ``url`` is absolute; ``date`` is ``YYYY-MM-DD`` as the list prints it."""

    title: str
    url: str
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Unaddressed:
    """A line of a list page that only a script opens: no address leads to it."""

    title: str
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list page. ``next_url`` is None on the last page; ``total`` is what the site says it holds."""

    entries: tuple[Entry, ...]
    next_url: str | None = None
    total: int | None = None
    without_address: tuple[Unaddressed, ...] = ()


@dataclass(frozen=True, slots=True)
class Issue:
    """Something worth a person's look. ``code`` is stable; ``data`` holds JSON-able details."""

    code: str
    level: Level
    message: str
    url: str | None = None
    run: int | None = None
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A further page of an article, ordered by the ``number`` in its address; ``capture`` None: it was not read."""

    number: int
    url: str
    capture: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that Extract and Judge say of one capture: what kind of page, and its draft or its listing."""

    kind: Kind
    draft: Draft | None = None
    listing: Listing | None = None
    trust: Trust = "unknown"
    trust_evidence: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    encoding: str | None = None
    family: str | None = None
    parts: tuple[Part, ...] = ()
    part_of: str | None = None  # the address of the article's first page, where this is a later one
    sketch: bytes | None = None  # of the draft's text (``archive.duplicates``), where its reader made one


@dataclass(frozen=True, slots=True)
class Capture:
    """One stored answer. ``fetched_at`` is None for an import that does not say when it was fetched."""

    id: int
    url: str
    final_url: str
    source: str | None
    column: str | None
    run: int | None
    fetched_at: str | None
    imported_at: str | None
    captured_by: str
    status: int | None
    media_type: str | None
    headers: tuple[tuple[str, str], ...]
    ip: str | None
    warc_file: str
    warc_offset: int
    warc_length: int
    payload_sha256: str
    rendered: bool = False
    robots: Literal["allowed", "disallowed", "none"] | None = None
    terms_url: str | None = None
    entry_title: str | None = None
    entry_date: str | None = None
    import_path: str | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One check of a URL, whatever came of it. ``capture`` is the row that proves it, if an answer came."""

    url: str
    at: str
    outcome: Outcome
    capture: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A disclosure document. ``id``: 16 hex of its canonical URL, or of ``urn:sha256:…``; it never changes."""

    id: str
    source: str | None
    column: str | None
    url: str
    trust: Trust
    trust_evidence: tuple[str, ...]
    current_version: int


@dataclass(frozen=True, slots=True)
class Version:
    """A change by the publisher. ``number`` counts from 1 within the document."""

    id: int
    document: str
    number: int
    first_seen_at: str
    last_seen_at: str
    capture: int
    content_sha256: str
    change: Change


@dataclass(frozen=True, slots=True)
class Rendition:
    """Our reading of a version's capture by one reader (tool version + rules digest); the newest is shown."""

    id: int
    version: int
    reader: str
    text: str
    markdown: str
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Attachment:
    document: str
    order: int
    name: str
    url: str
    media_type: str | None
    sha256: str | None
    length: int | None
    text: str | None
    state: Literal["listed", "kept", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Relation:
    """``to`` is a document id, or the cited document number where the document is not held."""

    source: str
    to: str
    kind: Literal["reposts", "forwards", "issues", "interprets", "amends", "repeals", "corrects"]
    evidence: str


@dataclass(frozen=True, slots=True)
class Run:
    id: int
    source: str | None
    source_toml_sha256: str | None
    tool_version: str
    mode: Mode
    started_at: str
    finished_at: str | None
    counts: Mapping[str, int]
    verdict: Verdict | None
