"""What ``gongkai audit`` prints for people: a line for each source, and one source whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from click import style

from archive.audit.report import ColumnAudit, Double, Drop, Files, Holder, Numbers, Quiet, Series, SourceAudit
from archive.printing import counted, pad, shown

__all__ = ["audit_lines", "summary_head", "summary_line"]

HEAD = ("source", "documents", "as of", "not seen", "used twice", "not held", "quiet", "fields fell")
WIDTHS = (24, 9, 10, 8, 10, 8, 6, 11)
GAPS, SERIES, DOUBLES = 24, 40, 20  # gaps of a series, series and doubles of a kind that are printed; all are in --json
LONGEST = 80  # characters of a title or number
KINDS = {"index_number": "index number", "document_number": "document number"}


def summary_head() -> str:
    return style(_row(HEAD), bold=True)


def summary_line(found: SourceAudit) -> str:
    """One source on one line: what is worth a look at ``gongkai audit SOURCE``."""
    twice = sum(double.why == "different" for numbers in found.numbers for double in numbers.doubles)
    waits = sum(missing.count for column in found.columns for missing in column.not_held)
    months = sum(quiet.months for quiet in found.quiet)
    counts = (sum(n.not_seen for n in found.numbers), twice, waits, months, len({d.field for d in found.drops}))
    values = [f"{n:,}" if n else "-" for n in counts]
    return _row((found.source or found.name, f"{found.documents:,}", found.as_of or "never", *values))


def audit_lines(found: SourceAudit) -> Iterator[str]:
    """One source with everything that was found."""
    yield f"{style(found.source or 'imported', fg='cyan')}  {style(shown(found.name), bold=True)}"
    facts = [counted(found.documents, "document")]
    facts += [f"{n:,} {what}" for n, what in ((found.gone, "gone"), (found.withdrawn, "withdrawn")) if n]
    yield f"  {', '.join(facts)}; " + (f"as of {found.as_of}" if found.as_of else "no run came to a good end yet")
    if found.erased:
        yield f"  {counted(found.erased, 'withdrawn document')} without number now: some serials not seen may be theirs"
    open_lists = any(not column.walked_to_end for column in found.columns)
    for numbers in found.numbers:
        if numbers.with_number:
            yield from _numbers(numbers, open_lists, found.waiting)
    lists = [line for column in found.columns for line in _column(column)]
    lists += [f"{counted(found.never_listed, 'held document')} on no list"] if found.never_listed else []
    yield from _section("lists", lists)
    yield from _section("rhythm", _rhythm(found))
    yield from _section("fields", [*_fill(found.fill), *map(_drop, found.drops)])
    yield from _section("attachments", list(_files(found.attachments)))
    yield from _section("the crawl", list(_crawl(found)))


def _row(values: Sequence[str]) -> str:
    first, *rest = values
    cells = [value.rjust(width) for value, width in zip(rest, WIDTHS[1:], strict=True)]
    return f"{pad(shown(first), WIDTHS[0])}  {'  '.join(cells)}"


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield style(title, bold=True)
        yield from (f"  {line}" for line in lines)


# -- numbers -----------------------------------------------------------------------------------------------


def _numbers(numbers: Numbers, open_lists: bool, waiting: int) -> Iterator[str]:
    kind = KINDS[numbers.kind]
    said = f"{kind}s: {numbers.with_number:,} of {counted(numbers.documents, 'document')}"
    lines = [_series(series) for series in sorted(numbers.series, key=lambda s: s.sparse)]
    more = len(lines) - SERIES
    lines = lines[:SERIES] + ([f"… and {more:,} further series"] if more > 0 else [])
    if any(series.sparse for series in numbers.series):
        lines.append("sparse: the series probably counts documents that this source does not list")
    if any(series.not_seen for series in numbers.series) and (open_lists or waiting):
        lines.append(_not_yet(open_lists, waiting))
    if numbers.few_series:
        lines.append(f"{numbers.few_series:,} series of fewer than three serials ({numbers.few_serials:,}) not judged")
    if numbers.unread:
        lines.append(f"{numbers.unread:,} {kind}s of a grammar that is not known, or without a serial")
    yield from _section(said, [*lines, *_doubles(numbers.doubles)])


def _not_yet(open_lists: bool, waiting: int) -> str:
    reasons = ["not every list was walked to its end yet"] if open_lists else []
    reasons += [f"{counted(waiting, 'page')} still to be read"] if waiting else []
    return f"some serials not seen may come: {', '.join(reasons)}"


def _series(series: Series) -> str:
    """A series on one line."""
    facts = [fact for fact in (_apart(series), _through(series)) if fact]
    name = style(shown(series.name), fg="cyan") + (f" ({'; '.join(facts)})" if facts else "")
    span = series.last - series.first + 1
    where = f"{series.first:,} to {series.last:,}"
    held = f"{series.held:,} of {span:,} serials held"
    text = f"sparse: {held}, {where}" if series.sparse else f"{held}, {_gaps(series)}"
    if not series.from_beginning and not series.sparse:
        text += f"; {where}, what came before is not known"
    if series.far:
        which = "one number" if len(series.far) == 1 else f"{len(series.far)} numbers"
        text += f"; up to {series.last:,}, {which} far off: {', '.join(map(str, series.far[:GAPS]))}"
    if series.withdrawn:
        text += f"; {series.withdrawn:,} held but withdrawn"
    return f"{name}: {text}"


def _apart(series: Series) -> str:
    if series.column:
        return f"counted apart in column {shown(series.column)}"
    since = f"counted again from {series.since}" if series.since else ""
    until = f"until {series.until}" if series.until else ""
    return ", ".join(filter(None, (since, until)))


def _through(series: Series) -> str:
    if len(series.categories) > 1:
        return f"through {len(series.categories)} classes"
    return f"through {len(series.months)} months" if series.months else ""


def _gaps(series: Series) -> str:
    if not series.not_seen:
        return "none missing between"
    parts = [str(a) if a == b else f"{a}-{b}" for a, b in series.not_seen[:GAPS]]
    more = len(series.not_seen) - GAPS
    return f"not seen: {', '.join(parts)}" + (f" … and {more:,} further gaps" if more > 0 else "")


def _doubles(doubles: Sequence[Double]) -> Iterator[str]:
    real = sorted((double for double in doubles if double.why == "different"), key=lambda double: -double.count)
    apart = sum(double.why == "counted apart" for double in doubles)
    if real:
        yield f"used twice: {counted(len(real), 'number')} on different documents"
    for double in real[:DOUBLES]:
        yield f"  {' '.join(_short(name) for name in (double.series, double.number) if name)}"
        yield from (f"    {_holder(holder)}" for holder in double.holders[:3])
        if double.count > 3:
            yield f"    … and {double.count - 3:,} further documents"
    if len(real) > DOUBLES:
        yield f"  … and {len(real) - DOUBLES:,} further numbers"
    if apart:
        yield f"{counted(apart, 'number')} twice where a series is counted apart"
    if mild := len(doubles) - len(real) - apart:
        yield f"{counted(mild, 'number')} on several postings of one document (same text, same title, or moved)"


def _short(text: str) -> str:
    """A page's text on one line, cut where it would fill the screen."""
    line = " ".join(shown(text[: LONGEST + 1]).split())
    return line if len(text) <= LONGEST else f"{line[:LONGEST]}…"


def _holder(holder: Holder) -> str:
    facts = (holder.id, holder.day, _short(holder.title) if holder.title else None)
    return "  ".join(fact for fact in facts if fact)


# -- lists, rhythm, fields ---------------------------------------------------------------------------------


def _column(column: ColumnAudit) -> Iterator[str]:
    facts = [f"the list says {column.says:,}"] if column.says is not None else []
    facts += [f"{column.listed:,} listed", f"{column.held:,} held"]
    if column.unlisted:
        facts.append(f"{column.unlisted:,} of those not listed any more")
    if not column.walked_to_end:
        facts.append("not walked to its end yet")
    names = dict.fromkeys(shown(name) for name in (column.column, column.name) if name)
    yield f"{' '.join(names)}: {', '.join(facts)}"
    if column.not_held:
        yield "  not held: " + ", ".join(f"{shown(n.reason)} {n.count:,}" for n in column.not_held)


def _rhythm(found: SourceAudit) -> list[str]:
    lines = [_quiet(quiet) for quiet in found.quiet]
    if found.undated:
        lines.append(f"{counted(found.undated, 'document')} without a day")
    if found.after_as_of:
        lines.append(f"{counted(found.after_as_of, 'document')} dated after {found.as_of}")
    return lines


def _quiet(quiet: Quiet) -> str:
    low, high = quiet.usual
    usual = f"usually {low}-{high} a month" if low != high else f"usually {low} a month"
    if quiet.at_end:
        return f"no documents since {quiet.first} ({counted(quiet.months, 'month')}; {usual})"
    span = quiet.first if quiet.first == quiet.last else f"{quiet.first} to {quiet.last}"
    return f"no documents {span} ({usual})"


def _fill(rates: Mapping[str, float]) -> Iterator[str]:
    whole = [name for name, rate in rates.items() if rate == 1]
    some = [f"{name} {rate:.1%}" for name, rate in rates.items() if 0 < rate < 1]
    none = [name for name, rate in rates.items() if rate == 0]
    for label, names in (("always", whole), ("partly", some), ("never", none)):
        if names:
            yield f"{label}: {', '.join(names)}"


def _drop(drop: Drop) -> str:
    which = "published" if drop.by == "published" else "first seen"
    fell = f"{drop.field} fell from {drop.before:.0%} to {drop.after:.0%} in {drop.quarter}"
    return style(f"{fell} ({counted(drop.documents, 'document')} {which} then)", fg="yellow")


def _files(files: Files) -> Iterator[str]:
    if listed := files.states.get("listed", 0):
        yield f"listed, not fetched: {listed:,}"
    rest = {state: count for state, count in files.states.items() if state != "listed"}
    if rest:
        yield _named(rest)
    if files.documents_missing:
        yield f"{counted(files.documents_missing, 'document')} with an attachment that failed or was skipped:"
        yield from (f"  {_holder(holder)}" for holder in files.examples)


def _crawl(found: SourceAudit) -> Iterator[str]:
    if found.waiting:
        yield f"waiting: {found.waiting:,}"
    if found.failed:
        yield f"failed addresses: {_named(found.failed)}"
    if found.issues:
        yield f"issues of the last run: {_named(found.issues)}"


def _named(counts: Mapping[str, int]) -> str:
    return ", ".join(_pairs(counts.items()))


def _pairs(items: Iterable[tuple[str, int]]) -> Iterator[str]:
    return (f"{shown(name)} {count:,}" for name, count in items)
