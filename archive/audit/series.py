"""Numbers put into the series that they count: over months or classes where the serial counts through, apart where a
column counts for itself or where the count started again.

A serial on two documents is a *double*; one text at two addresses, a page of the same title and a moved page are none
in earnest and never split a series.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from archive.audit.report import Double, Holder, NumberKind, Series, Why
from archive.audit.serials import Counted, count_serials

__all__ = ["SHOWN", "Describe", "Described", "Found", "Numbered", "find_series", "why_twice"]

FEWEST_SERIALS = 3  # of a series that is judged
CLEARLY = 3.0  # collisions to be expected of independent counts, before their absence says anything
ABSENT = 0.2  # of the expected ones: so few collisions, and the count is one
TANGLED, TANGLED_SHARE = 3, 0.1  # real doubles, and their share of the serials, from which a series may be two
UNTANGLED = 0.2  # of the doubles may stay, else the cut explains nothing
DROPS, DEPTH = 5, 3  # the largest falls of the serial that are tried as a new beginning; times a series may restart
SHOWN = 10  # holders named of one number


class Numbered(NamedTuple):
    """One document's number, taken apart. ``day``: of issue, else of publication."""

    document: str
    code: str
    category: str | None
    year: int | None
    month: int | None
    serial: int
    part: int | None
    day: str | None
    column: str | None
    gone: bool
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Described:
    """What tells a second posting from a second document. ``text``: digest of its text; ``title``: in the searched
    form; either is "" where it is not known."""

    holder: Holder
    text: str
    title: str
    moved_to: str | None


Describe = Callable[[Iterable[str]], Mapping[str, Described]]


@dataclass(frozen=True, slots=True)
class Found:
    """``few_series`` of fewer than three serials, ``few_serials`` in all."""

    series: tuple[Series, ...]
    doubles: tuple[Double, ...]
    few_series: int
    few_serials: int


class _Group(NamedTuple):
    """Numbers that may count one series, and what sets it apart from others of its name."""

    numbers: Sequence[Numbered]
    column: str | None = None
    since: str | None = None
    until: str | None = None


def find_series(kind: NumberKind, numbers: Iterable[Numbered], describe: Describe) -> Found:
    """All series of one source, in the order of their names."""
    by_code: dict[tuple[str, int], list[Numbered]] = defaultdict(list)
    for number in numbers:
        by_code[number.code, number.year or 0].append(number)
    series: list[Series] = []
    doubles: list[Double] = []
    few = few_serials = 0
    for key in sorted(by_code):
        for joined in _joined(by_code[key]):
            twice = _doubles(kind, joined, describe)
            real = {place for place, double in twice.items() if double.why == "different"}
            groups = _apart(_Group(joined), real, DEPTH)
            still = set().union(*(_twice(group.numbers, real) for group in groups))
            doubles += (
                replace(double, why="counted apart") if place in real - still else double
                for place, double in twice.items()
            )
            for group in groups:
                serials = {n.serial for n in group.numbers}
                if len(serials) < FEWEST_SERIALS:
                    few, few_serials = few + 1, few_serials + len(serials)
                    continue
                series += (_series(kind, group, counted) for counted in count_serials(serials))
    return Found(tuple(series), tuple(doubles), few, few_serials)


# -- one count over months and classes -------------------------------------------------------------------


def _joined(numbers: Sequence[Numbered]) -> list[Sequence[Numbered]]:
    """The numbers of one code and year by class and month; those whose serials hardly ever meet, although they lie
    within one range, are one count."""
    by_class: dict[str, list[Numbered]] = defaultdict(list)
    for number in numbers:
        by_class[number.category or ""].append(number)
    groups = [g for _, own in sorted(by_class.items()) for g in _one_count(own, lambda n: n.month or 0)]
    by_month: dict[int, list[Numbered]] = defaultdict(list)
    for group in groups:
        months = {n.month or 0 for n in group}
        by_month[months.pop() if len(months) == 1 else -1] += group
    return [g for _, own in sorted(by_month.items()) for g in _one_count(own, lambda n: n.category or "")]


def _one_count(numbers: Sequence[Numbered], key: Callable[[Numbered], int | str]) -> list[Sequence[Numbered]]:
    parts: dict[int | str, list[Numbered]] = defaultdict(list)
    for number in numbers:
        parts[key(number)].append(number)
    if len(parts) < 2 or _counts_through([{n.serial for n in own} for own in parts.values()]):
        return [numbers]
    return [parts[k] for k in sorted(parts, key=str)]


def _counts_through(parts: Sequence[set[int]]) -> bool:
    together = set().union(*parts)
    span = max(together) - min(together) + 1
    missed = 1.0
    for part in parts:
        missed *= 1 - len(part) / span
    single = sum(map(len, parts))
    expected = single - span * (1 - missed)
    return expected >= CLEARLY and single - len(together) <= ABSENT * expected


# -- one number on several documents -----------------------------------------------------------------------

_Place = tuple[int, int | None]


def _doubles(kind: NumberKind, numbers: Sequence[Numbered], describe: Describe) -> dict[_Place, Double]:
    places: dict[_Place, list[Numbered]] = defaultdict(list)
    for number in numbers:
        places[number.serial, number.part].append(number)
    several = {place: own for place, own in sorted(places.items(), key=_in_order) if len(own) > 1}
    if not several:
        return {}
    known = describe(n.document for own in several.values() for n in own)
    return {place: _double(kind, place, own, known) for place, own in several.items()}


def _in_order(item: tuple[_Place, object]) -> tuple[int, int]:
    (serial, part), _ = item
    return serial, part or 0


def _double(kind: NumberKind, place: _Place, own: Sequence[Numbered], known: Mapping[str, Described]) -> Double:
    serial, part = place
    described = [known[n.document] for n in sorted(own, key=lambda n: (n.day or "", n.document))]
    number = f"{serial}-{part}" if part is not None else str(serial)
    holders = tuple(d.holder for d in described[:SHOWN])
    return Double(kind, _name(kind, own[0]), number, why_twice(described), len(described), holders)


def why_twice(described: Sequence[Described]) -> Why:
    """The mildest reason that covers all of them."""
    texts, titles = {d.text for d in described}, {d.title for d in described}
    ids = {d.holder.id for d in described}
    if sum(d.moved_to in ids for d in described) >= len(described) - 1:
        return "moved"
    if len(texts) == 1 and "" not in texts:
        return "same text"
    return "same title" if len(titles) == 1 and "" not in titles else "different"


# -- counts that are several ---------------------------------------------------------------------------------


def _apart(group: _Group, doubled: set[_Place], depth: int) -> list[_Group]:
    """The group cut by its columns, or at the day when its serials started again, where that undoes its doubles."""
    before = _left(group.numbers, doubled)
    places = {(n.serial, n.part) for n in group.numbers}
    if not depth or before < max(TANGLED, TANGLED_SHARE * len(places)):
        return [group]
    columns: dict[str, list[Numbered]] = defaultdict(list)
    for number in group.numbers:
        columns[number.column or ""].append(number)
    if len(columns) > 1 and sum(_left(own, doubled) for own in columns.values()) <= UNTANGLED * before:
        return [group._replace(numbers=own, column=column or None) for column, own in sorted(columns.items())]
    cut = _restart(group.numbers, doubled)
    if cut is None or cut[0] > UNTANGLED * before:
        return [group]
    _, old, new = cut
    day = next(n.day for n in new if n.day)
    earlier = group._replace(numbers=old, until=max(n.day for n in old if n.day))
    return [*_apart(earlier, doubled, depth - 1), *_apart(group._replace(numbers=new, since=day), doubled, depth - 1)]


def _left(numbers: Iterable[Numbered], doubled: set[_Place]) -> int:
    """How many of the doubled numbers stand twice among these."""
    return len(_twice(numbers, doubled))


def _twice(numbers: Iterable[Numbered], doubled: set[_Place]) -> set[_Place]:
    seen: set[_Place] = set()
    twice: set[_Place] = set()
    for number in numbers:
        place = number.serial, number.part
        if place in doubled:
            (twice if place in seen else seen).add(place)
    return twice


def _restart(
    numbers: Sequence[Numbered], doubled: set[_Place]
) -> tuple[int, Sequence[Numbered], Sequence[Numbered]] | None:
    """The best day to cut at, among the largest falls of the serial in the order of days: (doubles left, numbers
    before, numbers behind); undated ones stay before."""
    ordered = sorted(numbers, key=lambda n: (n.day or "", n.serial))
    falls = [
        (a.serial - b.serial, at)
        for at, (a, b) in enumerate(pairwise(ordered), 1)
        if a.day and b.day and a.day < b.day and a.serial > b.serial
    ]
    cuts = [
        (_left(ordered[:at], doubled) + _left(ordered[at:], doubled), at)
        for _, at in sorted(falls, key=lambda fall: -fall[0])[:DROPS]
    ]
    if not cuts:
        return None
    left, at = min(cuts)
    return left, ordered[:at], ordered[at:]


# -- what is told of a series --------------------------------------------------------------------------------


def _series(kind: NumberKind, group: _Group, counted: Counted) -> Series:
    far = set(counted.far)
    own = [n for n in group.numbers if counted.first <= n.serial <= counted.last or n.serial in far]
    categories = tuple(sorted({n.category for n in own if n.category}))
    months = tuple(sorted({n.month for n in own if n.month}))
    places = [(n.serial, n.part) for n in own]
    shared = _standing_for(own[0], categories, months)
    return Series(
        kind=kind,
        name=_name(kind, shared),
        code=shared.code,
        period=_period(shared),
        first=counted.first,
        last=counted.last,
        held=counted.held,
        documents=len(own),
        sparse=counted.sparse,
        from_beginning=counted.from_beginning,
        not_seen=counted.gaps,
        not_seen_count=None if counted.sparse else sum(b - a + 1 for a, b in counted.gaps),
        far=counted.far,
        categories=categories,
        months=months if len(months) > 1 else (),
        column=group.column,
        since=group.since,
        until=group.until,
        again=len(places) - len(set(places)),
        gone=sum(n.gone for n in own),
        withdrawn=sum(n.withdrawn for n in own),
    )


def _standing_for(number: Numbered, categories: tuple[str, ...], months: tuple[int, ...]) -> Numbered:
    """A number that stands for its series: without the class or the month that the serial counts through."""
    category = number.category if len(categories) == 1 else None
    return number._replace(category=category, month=number.month if len(months) == 1 else None)


def _name(kind: NumberKind, number: Numbered) -> str:
    period = _period(number)
    if kind == "document_number":
        return f"{number.code}〔{period}〕" if period else number.code
    return "/".join(filter(None, (number.code, number.category, period)))


def _period(number: Numbered) -> str | None:
    if number.year is None:
        return None
    return f"{number.year}-{number.month:02}" if number.month else str(number.year)
