"""What people read of a document's history and of the archive's changes: lines of text as in ``archive.printing``.

A sentence that changed stands twice, before (``-``) and after (``+``), what differs underlined; of long ones the parts
that changed are shown, with what stands around them, the rest is ``…``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from click import style

from archive.as_of import AsOf
from archive.changes import ArchiveChange
from archive.diff import Row, Span, side_by_side
from archive.history import Difference, Step
from archive.printing import counted, fact, moment, pad, shown
from archive.proofs import Proof
from archive.snippets import marked
from archive.vocab import FIELDS

__all__ = ["as_of_lines", "change_line", "history_lines"]

LONG = 160  # characters: a sentence of two lines
AROUND = 24  # characters shown on either side of what changed in a longer one
COLOURS = {"gone": "red", "created": "green", "restored": "green"}


def history_lines(title: str | None, id: str, steps: Iterable[Step]) -> Iterator[str]:
    """A document's versions, oldest first, with what changed and the captures that prove it."""
    yield f"{style(shown(title or '(no title)'), bold=True)}  {style(id, fg='cyan')}"
    for step in steps:
        yield ""
        yield f"version {step.number} · {_change(step.change)} · {_interval(step)}"
        for went in step.moved_from:
            yield f"  moved here from {style(went.id, fg='cyan')}  {shown(went.url)}  ({went.why})"
        if step.moved_to:
            yield f"  moved to {style(step.moved_to.id, fg='cyan')}  {shown(step.moved_to.url)}  ({step.moved_to.why})"
        yield from _proof_lines(step)
        if step.difference:
            yield from _difference_lines(step, step.difference)


def change_line(change: ArchiveChange) -> str:
    """One change on one line."""
    what = pad(_change(change.change), 10, change.change)
    there = next((f"  {w} {o}" for w, o in (("to", change.moved_to), ("moved from", change.moved_from)) if o), "")
    line = f"{moment(change.seen_at)}  {what}  {style(change.id, fg='cyan')}  {shown(change.title or change.url)}"
    return line + style(there, dim=True)


def as_of_lines(state: AsOf) -> Iterator[str]:
    """What is known of a document at a moment of the past."""
    at, last = moment(state.moment), moment(state.last_seen_at)
    if state.gone:
        yield fact("as of", style(f"{at} UTC: {state.gone}, found so at {moment(state.gone_at)}", fg="red"))
        yield fact("", f"what follows is version {state.version}, last seen {last}")
        return
    said = f"{at} UTC: version {state.version}, seen {moment(state.seen_at)}"
    if state.certain:
        yield fact("as of", f"{said} and again {last}")
        return
    yield fact("as of", f"{said}, last seen so {last}")
    if state.next_seen_at:
        change = f"version {state.next_version}, {state.next_change}"
        text = f"it may have changed before that time: {change}, came between {last} and {moment(state.next_seen_at)}"
    else:
        text = "it was not checked since, and may have changed"
    yield fact("", style(text, fg="yellow"))


def _interval(step: Step) -> str:
    if not step.not_before:
        return f"seen first {moment(step.seen_at)} UTC"
    if step.change in ("gone", "moved") and step.after.at < step.seen_at:
        missed, confirmed = moment(step.after.at), moment(step.seen_at)
        return f"between {moment(step.not_before)} and {missed} UTC, confirmed {confirmed}"
    return f"between {moment(step.not_before)} and {moment(step.seen_at)} UTC"


def _proof_lines(step: Step) -> Iterator[str]:
    if step.before:
        yield style(f"  before  {_proof(step.before)}", dim=True)
        yield style(f"  after   {_proof(step.after)}", dim=True)


def _proof(proof: Proof) -> str:
    status = f"status {proof.status}, " if proof.status not in (None, 200) else ""
    return f"{moment(proof.at)}  {status}{proof.warc_file} at {proof.warc_offset}, sha256 {proof.payload_sha256[:12]}"


def _difference_lines(step: Step, difference: Difference) -> Iterator[str]:
    if not difference.same_reader:
        yield style("  no reader read both versions: part of this may be our reading, not a change", fg="yellow")
    elif not difference.fields and not difference.text and step.change != "restored":
        yield style("  today's reader sees no difference: this was our reading, not a change", fg="yellow")
    for field in difference.fields:
        label = next((f.label for f in FIELDS if f.name == field.field), field.field)
        yield fact(label, f"{shown(field.before or '(nothing)')} → {shown(field.after or '(nothing)')}")
    for same, rows in groupby(side_by_side(difference.text), key=lambda row: row.op == "="):
        if same:
            yield style(f"    {counted(len(list(rows)), 'sentence')} unchanged", dim=True)
        else:
            yield from (line for row in rows for line in _row_lines(row))


def _row_lines(row: Row) -> Iterator[str]:
    if row.before is not None:
        yield style("  - ", fg="red") + _excerpt(row.before, row.before_spans, "red", whole=row.op != "~")
    if row.after is not None:
        yield style("  + ", fg="green") + _excerpt(row.after, row.after_spans, "green", whole=row.op != "~")


def _excerpt(text: str, spans: tuple[Span, ...], colour: str, *, whole: bool) -> str:
    """A sentence with its spans underlined; where it is long, only what stands around them."""

    def differing(part: str) -> str:
        return style(shown(part), fg=colour, underline=True)

    def equal(part: str) -> str:
        return style(shown(part), fg=colour)

    if whole or len(text) <= LONG:
        return marked(text, spans, differing, equal)
    return "…".join(
        marked(text[start:end], [(a - start, b - start) for a, b in within], differing, equal)
        for start, end, within in _windows(text, spans)
    )


def _windows(text: str, spans: tuple[Span, ...]) -> Iterator[tuple[int, int, list[Span]]]:
    """The parts of a text that are shown: around each span, joined where they meet; empty ones stand for its ends."""
    start, end, within = 0, 0, list[Span]()
    for a, b in spans or ((0, 0),):
        if a - AROUND > end:
            yield start, end, within
            start, within = a - AROUND, []
        end = min(b + AROUND, len(text))
        within.append((a, b))
    yield start, end, within
    if end < len(text):
        yield len(text), len(text), []


def _change(change: str) -> str:
    return style(change, fg=COLOURS.get(change, "yellow"))
