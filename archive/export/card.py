"""``README.md`` of an export: a dataset card whose head Hugging Face reads, in English and Chinese.

Its figures are those of this export; nothing in it depends on when it was written. The head names the data files and
every column's type, so that ``datasets.load_dataset(DIR)`` reads the documents and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from archive.export.card_text import CHINESE, ENGLISH, Words
from archive.export.fields import ExportField, Shape, export_fields
from archive.export.figures import Figures, Gaps
from archive.export.manifest import Manifest
from archive.export.rights import BASES

__all__ = ["CARD", "card", "pretty_name"]

CARD = "README.md"
SIZES = (
    (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"),
)  # fmt: skip
TAGS = ("china", "government", "government-disclosure", "legal", "policy", "web-archive")
DTYPES = {"string": "string", "integer": "int64", "number": "float64"}


def card(manifest: Manifest, figures: Figures, gaps: Gaps) -> bytes:
    """The text of the card, UTF-8."""
    blocks = ["\n".join(_head(manifest)), f"# {pretty_name(manifest)}"]
    for words in (ENGLISH, CHINESE):
        blocks += filter(None, _body(words, manifest, figures, gaps))
    return ("\n\n".join(blocks) + "\n").encode()


def pretty_name(manifest: Manifest) -> str:
    """The export's name for people."""
    what = "captures" if manifest.format == "wacz" else "documents"
    kind = "an update of " if manifest.since else ""
    return f"gongkai 公开: {kind}Chinese government disclosure {what} 政府信息公开文件"


# -- the head ------------------------------------------------------------------------------------------


def _head(manifest: Manifest) -> Iterator[str]:
    yield "---"
    yield "language:"
    yield "- zh"
    yield "license: other"
    yield "license_name: mixed-see-rights"
    yield "license_link: README.md"
    yield f'pretty_name: "{pretty_name(manifest)}"'
    yield "size_categories:"
    yield f'- "{next((name for most, name in SIZES if manifest.documents < most), "n>1T")}"'
    yield "task_categories:"
    yield "- text-generation"
    yield "- text-retrieval"
    yield "tags:"
    yield from (f"- {tag}" for tag in TAGS)
    if manifest.format == "wacz":  # nothing there that the viewer could show
        yield "viewer: false"
    else:
        yield "configs:"
        yield "- config_name: default"
        yield "  data_files:"
        yield "  - split: train"
        yield "    path:"
        yield from (f"    - {file.name}" for file in manifest.files)
        yield "dataset_info:"
        yield "  features:"
        for field in export_fields(manifest.selection.fold):
            shape: Shape = "string" if manifest.format == "csv" and field.repeated else field.shape
            yield from _feature(field.name, shape, field.repeated and manifest.format != "csv", "  ")
    yield "---"


def _feature(name: str, shape: Shape, repeated: bool, indent: str) -> Iterator[str]:
    yield f"{indent}- name: {name}"
    kind = "list" if repeated else "struct"
    if not isinstance(shape, str):
        yield f"{indent}  {kind}:"
        for part, inner in shape:
            yield from _feature(part, inner, False, indent + "  ")
    else:
        yield f"{indent}  {'list' if repeated else 'dtype'}: {DTYPES[shape]}"


# -- the text ------------------------------------------------------------------------------------------


def _body(words: Words, manifest: Manifest, figures: Figures, gaps: Gaps) -> Iterator[str]:
    """Blocks of lines, empty where there is nothing to say."""
    yield f"## {words.title}"
    yield words.what
    yield _bullets(_facts(words, manifest, figures))
    yield from _section(words.provenance_title, words.provenance)
    yield _table((words.source, words.name, words.documents, "robots.txt", words.terms), _sources(words, figures, gaps))
    yield from _section(words.rights_title, words.rights)
    bases = ((f"`{basis}`", words.bases[basis], f"{figures.by_rights[basis]:,}") for basis in BASES)
    yield _table((words.basis, words.meaning, words.documents), bases)
    yield from _section(words.removal_title, words.removal)
    yield from _section(words.files_title, words.files[manifest.format] + words.files["about"])
    if manifest.since:
        yield from _section(words.update_title, words.update)
    yield from _section(words.fields_title, words.fields_text)
    if words is ENGLISH:  # one dictionary, with the labels of both languages
        dictionary = (_field_row(field, figures) for field in export_fields(manifest.selection.fold))
        yield _table(("Field", "中文", "Type", "Filled", "Meaning"), dictionary)
    yield from _section(words.quality_title, words.quality)
    yield _counts((words.by_trust, words.documents), figures.by_trust)
    yield _counts((words.by_flag, words.documents), figures.flags)
    yield _counts((words.by_year, words.documents), figures.years)
    yield from _section(words.gaps_title, words.gaps)
    yield _bullets(_gap_lines(words, manifest, figures, gaps))
    yield _counts((words.by_issue, words.times), gaps.issues)


def _facts(words: Words, manifest: Manifest, figures: Figures) -> Iterator[str]:
    yield words.fact_documents.format(documents=figures.documents, selected=manifest.selected)
    if manifest.since:
        yield words.fact_update.format(unchanged=manifest.unchanged, removed=manifest.removed)
    yield words.fact_bytes.format(megabytes=figures.bytes_of_text / 1e6)
    query = _cell(manifest.selection.query)
    yield words.fact_query.format(query=query) if query else words.fact_all
    yield words.fact_untrusted if manifest.selection.include_untrusted else words.fact_official
    if manifest.selection.fold:
        yield words.fact_folded.format(folded=figures.folded)
    if figures.gone:
        yield words.fact_gone.format(gone=figures.gone)


def _sources(words: Words, figures: Figures, gaps: Gaps) -> Iterator[tuple[str, ...]]:
    for source in gaps.sources:
        said = sorted(
            (words.robots.get(robots, robots), n) for (id, robots), n in figures.by_robots.items() if id == source.id
        )
        robots = ", ".join(f"{name} {count:,}" for name, count in said)
        terms = " ".join(f"<{url}>" for url in source.terms) or words.none_known
        homepage = f" <{source.homepage}>" if source.homepage else ""
        yield f"`{source.id}`", source.name + homepage, f"{figures.by_source[source.id]:,}", robots, terms


def _field_row(field: ExportField, figures: Figures) -> tuple[str, ...]:
    filled = figures.filled[field.name] / figures.documents if figures.documents else 0.0
    shape = field.shape if isinstance(field.shape, str) else "object"
    kind = f"array of {shape}s" if field.repeated else shape
    return f"`{field.name}`", field.label, kind, f"{filled:.1%}", field.meaning


def _gap_lines(words: Words, manifest: Manifest, figures: Figures, gaps: Gaps) -> Iterator[str]:
    for source, count in sorted(gaps.failed_urls.items()):
        yield words.gap_failed.format(source=source, count=count)
    if gaps.unread:
        yield words.gap_unread.format(count=gaps.unread)
    if figures.gone:
        yield words.gap_gone.format(count=figures.gone)
    if manifest.uncaptured:
        yield words.gap_uncaptured.format(count=len(manifest.uncaptured))
    yield words.gap_attachments


def _counts(head: tuple[str, str], counts: Mapping[str, int]) -> str:
    rows = [(f"`{name}`", f"{count:,}") for name, count in sorted(counts.items())]
    return _table(head, rows) if rows else ""


def _section(title: str, paragraphs: Iterable[str]) -> Iterator[str]:
    yield f"### {title}"
    yield from paragraphs


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows)])


def _cell(text: str) -> str:
    """One line, without what would end a cell."""
    return " ".join(text.replace("|", "\\|").split())
