"""How far the rule that read a value is to be believed: a number from 0 to 1, by the table below.

The numbers are an order of the rules, written by hand, and no probabilities: 0.95 goes before 0.7, and the distance
between them means nothing. A value of a field whose other candidates on the page disagree is lowered by one factor,
however many there are. What stands outside the page (source file, list, address) speaks only where the page is
silent, so its disagreement lowers nothing.

``python -m tests.measure_rules`` counts how often each rule is right; docs/architecture.md has the counts.
"""

from __future__ import annotations

from archive.model import Origin

__all__ = ["FROM_OUTSIDE", "TABLE", "confidence"]

PANEL, BYLINE, TEXT, AROUND, TAG, SCRIPT, OUTSIDE = 0.95, 0.9, 0.8, 0.75, 0.7, 0.6, 0.5
DISPUTED = 0.8
"""The factor of a value that another candidate on the page contradicts."""

TABLE: dict[str, float] = {
    "panel": PANEL,
    "byline": BYLINE,
    "title heading": BYLINE,
    "title label": BYLINE,
    **dict.fromkeys(
        ("lines", "number line", "addressee line", "body under the title", "date under the title", "signature",
         "clause on its coming into force", "title", "period"),
        TEXT,
    ),
    **dict.fromkeys(
        ("breadcrumb", "footer", "name of the sharing site", "publisher and the site's names", "region code"), AROUND,
    ),
    "meta": TAG,
    "title candidate": TAG,
    "script": SCRIPT,
    **dict.fromkeys(("file", "source file", "list entry", "address"), OUTSIDE),
}  # fmt: skip
"""``Origin.rule`` (of titles: with the place) → confidence."""

FROM_OUTSIDE = frozenset({"source file", "list entry", "address"})
"""Rules that read no word of the page."""


def confidence(origin: Origin, *, disputed: bool) -> float:
    """The confidence of a value that was read at ``origin``; two decimals."""
    known = TABLE.get(f"{origin.rule} {origin.where}") or TABLE[origin.rule]
    return round(known * DISPUTED, 2) if disputed else known
