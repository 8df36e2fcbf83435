"""What the archive's commands print for people: lines of text with terminal styles, which click takes away
where nobody sees them (a pipe, a file). JSON for programs is made in ``archive.cli``.

Pages are strangers' text: control characters, which could steer a terminal, are shown as U+FFFD.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from click import style

from archive.disk import FEWEST_DAYS, Disk, Volume
from archive.facets import Facet
from archive.search import Hit
from archive.snippets import marked
from archive.stats import Stats
from archive.stored import StoredRecord, Tie
from archive.vocab import FIELDS

__all__ = [
    "counted",
    "disk_lines",
    "facet_lines",
    "fact",
    "hit_lines",
    "moment",
    "pad",
    "record_lines",
    "shown",
    "size",
    "stats_lines",
]

TRUST_COLOUR = {"official": "green", "hijacked": "red", "repost": "yellow", "claimed": "yellow", "unknown": "yellow"}
LABEL_WIDTH = 14  # columns: the longest label in use has six characters of two
CONTROLS = dict.fromkeys(
    [*(set(range(0x20)) - {0x09, 0x0A}), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\ufffd"
)


def hit_lines(hit: Hit) -> Iterator[str]:
    """A hit in four lines: what and whose, title, snippet, address."""
    facts = [_day(hit.published_at or hit.issued_on), _trust(hit.trust)]
    facts += [shown(fact) for fact in (hit.publisher, hit.index_number, hit.document_number) if fact]
    if hit.gone_at:
        facts.append(style(f"gone since {hit.gone_at[:10]}", fg="red"))
    if hit.duplicate_of:
        facts.append(f"copy of {hit.duplicate_of}")
    if hit.copies:
        facts.append(f"and {counted(len(hit.copies), 'copy')}")
    yield f"{style(hit.id, fg='cyan')}  {' · '.join(f for f in facts if f)}"
    yield "  " + marked(hit.title or "(no title)", hit.title_highlights, _hit, lambda s: style(shown(s), bold=True))
    yield "  " + marked(hit.snippet, hit.highlights, _hit, shown)
    yield "  " + style(shown(hit.url), dim=True)


def facet_lines(facet: Facet) -> Iterator[str]:
    """How the hits are spread over one field's values."""
    yield style(facet.field, bold=True) + ("" if facet.exact else "  (of a sample)")
    for value in facet.values:
        yield f"  {value.count:>9,}  {shown(value.label)}" + ("" if value.label == value.value else f"  {value.value}")


def record_lines(stored: StoredRecord) -> Iterator[str]:
    """A document whole: title, what is known of it, its original and copies, attachments, text."""
    record, evidence, versions = stored.record, stored.evidence, stored.versions
    yield style(shown(record["title"] or "(no title)"), bold=True)
    yield fact("id", record["id"])
    yield fact("address", shown(record["url"]))
    for field in FIELDS:
        value = record[field.name]
        if value and field.name != "title":
            yield fact(field.label, shown(" · ".join(value) if field.array else value))
    for period in record["periods"]:
        yield fact(period["kind"], f"{period['start']} to {period['end']}")
    yield fact("trust", _trust(record["trust"]) + (f"  ({shown('; '.join(evidence))})" if evidence else ""))
    if record["flags"]:
        yield fact("flags", style(", ".join(record["flags"]), fg="red"))
    for tie in stored.originals:
        yield fact("copy of", _tie(tie))
    for tie in stored.copies:
        yield fact("copied by", _tie(tie))
    for tie in stored.moved_to:
        yield fact("moved to", _tie(tie))
    for tie in stored.moved_from:
        yield fact("moved from", _tie(tie))
    yield fact("version", f"{record['version']} of {versions}, captured {moment(record['captured_at'])}")
    yield fact("seen", f"{moment(record['first_seen_at'])} to {moment(record['last_seen_at'])} UTC")
    if record["gone_at"]:
        yield fact("gone", style(f"since {moment(record['gone_at'])} UTC", fg="red"))
    for attachment in record["attachments"]:
        yield fact(f"attachment {attachment['order']}", shown(f"{attachment['name']}  {attachment['url']}"))
    yield ""
    yield shown(record["text"] or "(no text)")


def stats_lines(stats: Stats) -> Iterator[str]:
    """The archive in numbers."""
    totals = {
        "documents": f"{stats.documents:,}  ({stats.gone:,} gone, {counted(stats.copies, 'copy')})",
        "versions": f"{stats.versions:,}",
        "captures": f"{stats.captures:,}  in {counted(stats.warc_files, 'WARC file')}, {size(stats.warc_bytes)}",
    }
    yield from (fact(name, value) for name, value in totals.items())
    yield from _group("by trust", stats.by_trust)
    yield from _group("by source", stats.by_source)
    yield from _group("by year of publication, else of signing", stats.by_year)
    yield from _group("issues", stats.issues)


def disk_lines(disk: Disk) -> Iterator[str]:
    """How much room the archive takes and how long the disk lasts."""
    yield ""
    yield style("disk", bold=True)
    yield fact("archive.db", size(disk.database_bytes))
    yield fact("WARC files", size(disk.warc_bytes))
    if disk.bytes_a_document is not None:
        yield fact("a document", size(disk.bytes_a_document))
    grown = [f"{size(came)} in {days} days" for days, came in disk.growth.items() if came is not None]
    if grown:
        yield fact("grew by", ", ".join(grown))
    for volume in disk.volumes:
        where = f" for {' and '.join(volume.holds)}" if len(disk.volumes) > 1 else ""
        yield fact("free", f"{size(volume.free_bytes)}{where}{_lasts(volume)}")
    if disk.pace_days is None:
        age = f"{counted(disk.history_days, 'day')} of {FEWEST_DAYS}" if disk.history_days is not None else "none"
        yield fact("forecast", f"too little history to forecast: {age}")
    else:
        yield fact("forecast", f"by the last {counted(disk.pace_days, 'day')}; the database's growth is estimated")


def _lasts(volume: Volume) -> str:
    if volume.growth is None:
        return ""
    if volume.months_left is None:
        return ", not growing"
    pace = f"at this pace ({size(volume.growth)} a month)"
    if volume.months_left > 120:
        return f", full in more than 10 years {pace}"
    if volume.months_left < 2:
        return f", full in {counted(round(volume.months_left * 30), 'day')} {pace}"
    return f", full in {volume.months_left:.0f} months {pace}"


def counted(number: int, thing: str) -> str:
    """1 copy, 2 copies, 3 days, 1,234 documents."""
    if number == 1:
        return f"1 {thing}"
    several = f"{thing[:-1]}ies" if thing.endswith("y") and thing[-2] not in "aeiou" else f"{thing}s"
    return f"{number:,} {several}"


def shown(text: str) -> str:
    """A page's text without what could steer a terminal: escapes, other controls, changes of direction."""
    return text.translate(CONTROLS)


def size(length: int) -> str:
    """Bytes for reading: 12.3 MB."""
    amount, units = float(length), ["bytes", "kB", "MB", "GB", "TB"]
    while amount >= 1000 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    return f"{amount:,.0f} bytes" if units[0] == "bytes" else f"{amount:,.1f} {units[0]}"


def _group(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    if counts:
        yield ""
        yield style(title, bold=True)
        width = max(_width(name) for name in counts)
        digits = max(len(f"{n:,}") for n in counts.values())
        yield from (f"  {pad(name, width)}  {n:>{digits},}" for name, n in counts.items())


def _hit(text: str) -> str:
    return style(shown(text), fg="yellow", bold=True)


def _tie(tie: Tie) -> str:
    facts = (_trust(tie.trust), shown(tie.title or "(no title)"), tie.evidence, shown(tie.url))
    return f"{style(tie.id, fg='cyan')}  {' · '.join(fact for fact in facts if fact)}"


def _trust(trust: str) -> str:
    return style(trust, fg=TRUST_COLOUR[trust])


def fact(label: str, value: str) -> str:
    return f"  {pad(label, LABEL_WIDTH)}{value}"


def pad(text: str, width: int, plain: str | None = None) -> str:
    """Filled with blanks to ``width`` columns; ``plain``: the same without styles."""
    return text + " " * (width - _width(plain or text))


def _width(text: str) -> int:
    """Columns on a terminal: two for a wide character."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _day(moment: str | None) -> str | None:
    return moment[:10] if moment else None


def moment(stamp: str | None) -> str:
    """``YYYY-MM-DD hh:mm`` of a UTC time."""
    return stamp[:16].replace("T", " ") if stamp else "at an unknown time"
