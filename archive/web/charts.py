"""Small charts as plain numbers for SVG: no style attributes, which the Content-Security-Policy forbids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Bar", "bars", "every_month", "every_year", "line"]

LEAST = 2.0  # units: a bar of one document among thousands is still seen
WIDEST = 60.0  # units: four years are four bars, not four blocks
MOST_MONTHS = 120


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in the units of the SVG's view box; ``place`` counts from 0."""

    place: int
    label: str
    count: int
    x: float
    y: float
    width: float
    height: float


def bars(counts: Sequence[tuple[str, int]], width: float, height: float) -> tuple[Bar, ...]:
    """A bar for each count, side by side."""
    most = max((count for _, count in counts), default=0) or 1
    step = min(WIDEST, width / max(len(counts), 1))
    made = []
    for place, (label, count) in enumerate(counts):
        tall = max(LEAST, height * count / most) if count else 0.0
        made.append(Bar(place, label, count, round(place * step, 2), round(height - tall, 2), round(step, 2), tall))
    return tuple(made)


def line(counts: Sequence[int], width: float, height: float) -> str:
    """The points of a polyline through the counts, for SVG's ``points``."""
    most = max(counts, default=0) or 1
    step = width / max(len(counts) - 1, 1)
    return " ".join(f"{place * step:.1f},{height - height * count / most:.1f}" for place, count in enumerate(counts))


def every_year(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Every year from the first to the last, those without documents too."""
    years = sorted(int(year) for year in counts if year.isdigit() and 1900 < int(year) < 2200)
    return [(str(y), counts.get(str(y), 0)) for y in range(years[0], years[-1] + 1)] if years else []


def every_month(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Every month (``YYYY-MM``) from the first to the last, at most the last ten years."""
    known = sorted(month for month in counts if len(month) == 7)
    if not known:
        return []
    first, last = _months(known[0]), _months(known[-1])
    spans = range(max(first, last - MOST_MONTHS + 1), last + 1)
    return [(name, counts.get(name, 0)) for name in (f"{n // 12:04}-{n % 12 + 1:02}" for n in spans)]


def _months(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1
