"""The metadata panel (信息公开基本目录 and the like) and the line under the title, read from the page's tree.

A panel is a run of label lines close to each other that name at least two fields, or the index number, beyond what
any byline says. Labels and values come as cells side by side, as a header row over a value row, as ``dt``/``dd``,
as list items, as spans of one line, and with empty values: then the next label is not the value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lxml.html import HtmlElement

from crawler.extract.blocks import BORDER, Block, clean
from crawler.extract.chrome import starts_chrome
from crawler.extract.labels import (
    BYLINE_FIELDS,
    UNKNOWN,
    Hit,
    bare,
    field_of,
    hits,
    in_simplified,
    looks_like_label,
    spaced,
    value_of,
)
from crawler.extract.metadata import Found, Rule
from crawler.extract.tables import direct_rows, row_cells

__all__ = ["Panel", "place", "read_panel"]

NEAR = 5  # lines between two label lines of one panel: a value may take a few
LONG_LINE = 400  # characters; a longer line is text, whatever words stand in it
LONG_VALUE = 300
SPACED_LINE, FEWEST_SPACED = 80, 3  # characters and lines of a panel without colons
MOST_LABELLED = 200  # lines with labels that are looked at: no page has more, and an attack must not cost minutes
BYLINE_LENGTH = 220
COLON = re.compile("[:：∶]")
IN_TRADITIONAL = ("來源", "發佈", "發布", "時間")  # labels that show in which script a page prints them
VALUE_BESIDE = frozenset({"td", "th", "dd", "span", "em", "i", "b", "strong", "font", "div", "a"})
CLIMB = 6
ROWED = frozenset({"tr", "tbody", "thead", "table", "ul", "ol", "dl", "li"})
LOOSE = frozenset({*BYLINE_FIELDS, "title", "keywords", "summary", ""})
"""Fields whose labels also stand over tables and in running text: they alone make no panel."""


@dataclass(frozen=True, slots=True)
class Panel:
    """``found`` in page order, rules ``panel`` and ``byline``, without empty values; ``nodes`` the elements that hold
    the panels; ``bylines`` the lines under the title; ``unknown`` labels of a panel that the table does not know."""

    found: tuple[Found, ...] = ()
    nodes: tuple[HtmlElement, ...] = ()
    bylines: tuple[Block, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A line with labels: its number among the lines, and the labels."""

    number: int
    block: Block
    hits: tuple[Hit, ...]


def read_panel(lines: Sequence[Block], bodies: Collection[HtmlElement] = frozenset()) -> Panel:
    """Panels and bylines of a page; ``lines`` are the blocks of the whole page in order; ``bodies``: elements named
    as bodies, which may hold a panel but are none."""
    whole = "\n".join(block.marked for block in lines)
    traditional = any(word in whole for word in IN_TRADITIONAL)
    labelled = [
        _Labelled(number, block, tuple(found))
        for number, block in enumerate(lines)
        if len(block.marked) <= LONG_LINE
        and (block.linked < len(block.text) or COLON.search(block.text))  # the links of a menu are no labels
        and (found := _hits(block, traditional))
    ]
    parts: list[Panel] = []
    for run in _runs(labelled[:MOST_LABELLED], lines):
        parts.append(_panel(run, lines, bodies) if _is_panel(run) else _byline(run))
    if not any(part.nodes for part in parts):
        parts += _spaced_panels(lines, bodies)
    return _merged(parts)


def _spaced_panels(lines: Sequence[Block], bodies: Collection[HtmlElement]) -> list[Panel]:
    """Panels without any colon: runs of lines that begin with a label and a space, the index number's among them."""
    short = ((n, block) for n, block in enumerate(lines) if len(block.marked) <= SPACED_LINE and not block.linked)
    labelled = [_Labelled(n, block, (hit,)) for n, block in short if (hit := spaced(block.marked))]
    return [
        _panel(run, lines, bodies)
        for run in _runs(labelled[:MOST_LABELLED], lines)
        if len(run) >= FEWEST_SPACED and any(hit.field == "index_number" for line in run for hit in line.hits)
    ]


def _hits(block: Block, traditional: bool) -> list[Hit]:
    """The labels of a line; of those in Traditional script the ones that a byline uses (the head of a Taiwanese letter
    is the letter's own; labels in two languages are a site's)."""
    if not traditional:
        return hits(block.marked)
    found = hits(in_simplified(block.marked))
    return [hit for hit in found if hit.english or hit.field in BYLINE_FIELDS or not hit.field]


def place(element: HtmlElement) -> str:
    """A short path to an element, from the nearest one with an id: ``div#zoom/table[1]``."""
    steps: list[str] = []
    node: HtmlElement | None = element
    while node is not None and len(steps) < CLIMB:
        name = node.get("id") or ""
        if name and not any(c.isspace() for c in name):
            steps.append(f"{node.tag}#{name}")
            break
        parent = node.getparent()
        same = [c for c in parent if c.tag == node.tag] if parent is not None else [node]
        steps.append(f"{node.tag}[{same.index(node) + 1}]" if len(same) > 1 else str(node.tag))
        node = parent
    return "/".join(reversed(steps))


def _runs(labelled: list[_Labelled], lines: Sequence[Block]) -> list[list[_Labelled]]:
    """Label lines that stand close together, with no heading between them."""
    runs: list[list[_Labelled]] = []
    for line in labelled:
        last = runs[-1][-1] if runs else None
        near = last is not None and line.number - last.number <= NEAR
        if near and last and _together(last, line) and not _heading_between(lines[last.number : line.number]):
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _heading_between(lines: Sequence[Block]) -> bool:
    return any(block.kind == "heading" for block in lines)


def _together(left: _Labelled, right: _Labelled) -> bool:
    """Whether two label lines stand in one box: one table or list, or boxes of one kind that meet close above both
    (two tables, two rows of ``div``; not a table and the line under the title)."""
    one, two = _ancestors(left.block.element, CLIMB), _ancestors(right.block.element, CLIMB)
    level = next((n for n, node in enumerate(two) if node in one), None)
    if level is None:
        return False
    other = one.index(two[level])
    if two[level].tag in ROWED:
        return True
    return max(level, other) <= CLIMB // 2 + 1 and _rowed(one[:other]) == _rowed(two[:level])


def _rowed(path: Sequence[HtmlElement]) -> bool:
    return any(node.tag in ROWED for node in path)


def _ancestors(element: HtmlElement, most: int) -> list[HtmlElement]:
    nodes: list[HtmlElement] = []
    node: HtmlElement | None = element
    while node is not None and len(nodes) <= most and node.tag not in ("body", "html"):
        nodes.append(node)
        node = node.getparent()
    return nodes


def _is_panel(run: list[_Labelled]) -> bool:
    fields = {hit.field for line in run for hit in line.hits}
    return "index_number" in fields or len(fields - LOOSE) >= 2


def _byline(run: list[_Labelled]) -> Panel:
    """The lines of a run as bylines. A longer line is text that happens to begin with a label."""
    lines = [line for line in run if len(line.block.text) <= BYLINE_LENGTH]
    found = [f for line in lines for f in _inline(line, "byline")]
    return Panel(tuple(found), (), tuple(line.block for line in lines), ())


def _inline(line: _Labelled, rule: Rule) -> list[Found]:
    """Values that stand in the label's own line; empty ones are left out."""
    marked = line.block.marked
    found: list[Found] = []
    ends = [*(hit.start for hit in line.hits[1:]), len(marked)]
    for hit, end in zip(line.hits, ends, strict=True):
        value = value_of(marked, hit.end, end)
        if hit.field and value:
            found.append(Found(hit.label, hit.field, value, rule, place(line.block.element)))
    return found


def _panel(run: list[_Labelled], lines: Sequence[Block], bodies: Collection[HtmlElement]) -> Panel:
    found: list[Found] = []
    used: set[HtmlElement] = set()
    for line in run:
        inline = _inline(line, "panel")
        found += inline
        used.add(line.block.element)
        last = line.hits[-1]
        if not any(f.label == last.label for f in inline):
            value, node = _beside(line)
            if node is not None:
                used.add(node)
            if value and last.field:
                found.append(Found(last.label, last.field, value, "panel", place(line.block.element)))
    nodes = _boxes(used, bodies)
    unknown = dict.fromkeys((*_unknown(run, lines, nodes), *_unknown_heads(run)))
    return Panel(tuple(found), tuple(nodes), (), tuple(unknown))


def _beside(line: _Labelled) -> tuple[str, HtmlElement | None]:
    """The value that stands beside or below a label without one in its line, and its element."""
    cell = line.block.element
    while cell.getnext() is None and cell.tag not in ("td", "th", "dt", "li", "tr"):
        parent = cell.getparent()
        if parent is None or bare(_text(parent)) != line.hits[-1].label:
            break
        cell = parent
    below = _below(cell)
    beside = below if below is not None else cell.getnext()
    if beside is None or (below is None and beside.tag not in VALUE_BESIDE):
        return "", None
    if beside.tag == cell.tag == "div" and len(_text(beside)) > LONG_VALUE // 3:
        return "", None  # the text that follows, not a value
    text = clean(_text(beside))
    if len(text) > LONG_VALUE or looks_like_label(text) or hits(text + BORDER):
        return "", None
    return text, beside


def _below(cell: HtmlElement) -> HtmlElement | None:
    """The cell under a label of a header row: the whole row are labels and exactly one row of values follows."""
    row = cell.getparent()
    if cell.tag not in ("td", "th") or row is None or row.tag != "tr":
        return None
    cells = row_cells(row)
    if len(cells) == 1:
        return _alone_below(row) if field_of(_text(cell)) else None
    known = [field_of(_text(c)) is not None for c in cells]
    # Two labels side by side; where each second cell is a value, the row is label, value, label, value.
    if sum(known) < max(2, len(cells) / 2) or not any(a and b for a, b in pairwise(known)):
        return None
    rows = _rows_around(row)
    after = rows[rows.index(row) + 1 :]
    if not after or len(row_cells(after[0])) != len(cells):
        return None
    if len(after) > 1 and len(row_cells(after[1])) == len(cells) and not field_of(_text(row_cells(after[1])[0])):
        return None  # a list of documents: a header over many rows
    return row_cells(after[0])[cells.index(cell)]


def _alone_below(row: HtmlElement) -> HtmlElement | None:
    """The cell of the next row in a table of one column: label, value, label, value."""
    rows = _rows_around(row)
    cells = [cell for after in rows[rows.index(row) + 1 :][:1] for cell in row_cells(after)]
    return cells[0] if len(cells) == 1 and not looks_like_label(_text(cells[0])) else None


def _rows_around(row: HtmlElement) -> list[HtmlElement]:
    table = next((a for a in row.iterancestors("table")), None)
    rows = direct_rows(table) if table is not None else []
    return rows if row in rows else [row]


def _text(element: HtmlElement) -> str:
    """The element's text, at most a little more than a value may have."""
    pieces, length = [], 0
    for piece in element.itertext():
        pieces.append(piece)
        length += len(piece)
        if length > 4 * LONG_VALUE:
            break
    return clean("".join(pieces))


def _boxes(used: Iterable[HtmlElement], bodies: Collection[HtmlElement]) -> list[HtmlElement]:
    """The smallest boxes that hold the panel's labels and values, and hold little else."""
    spoken = {node: len(_text(node)) for node in used}
    above = {node: _ancestors(node, CLIMB + 4) or [node] for node in spoken}  # the page's body itself has none
    held: dict[HtmlElement, int] = {}  # what the panel's labels and values inside an element say together
    for node, chain in above.items():
        for ancestor in chain:
            held[ancestor] = held.get(ancestor, 0) + spoken[node]
    boxes: list[HtmlElement] = []
    for node in spoken:
        if boxes and not set(boxes).isdisjoint(_ancestors(node, 99)):
            continue
        boxes.append(_widened(above[node], held, bodies))
    return [b for b in boxes if not any(o is not b and o in _ancestors(b, 99) for o in boxes)]


def _widened(
    chain: Sequence[HtmlElement], held: Mapping[HtmlElement, int], bodies: Collection[HtmlElement]
) -> HtmlElement:
    """The highest of an element and its ancestors whose text is mostly labels and values of the panel; never a body's
    region. A table or list may hold more beside them (pairs that no field knows) than a box that might hold the
    document too."""
    best = chain[0]
    for ancestor in chain[1 : CLIMB + 1]:
        most = 1.8 * held[ancestor] + 60 if ancestor.tag in ROWED else 1.35 * held[ancestor]
        if ancestor in bodies or len(_text(ancestor)) > most:
            break
        best = ancestor
    return best


def _unknown(run: list[_Labelled], lines: Sequence[Block], nodes: list[HtmlElement]) -> list[str]:
    """Labels in the panel's boxes that the table of fields does not know."""
    unknown: list[str] = []
    for block in lines[run[0].number : run[-1].number + NEAR]:
        if len(block.marked) > LONG_LINE or not any(n in _ancestors(block.element, 99) for n in nodes):
            continue
        known = {hit.label for hit in hits(block.marked)}
        for match in UNKNOWN.finditer(block.marked):
            label = bare(match.group(1))
            if label not in known and field_of(label) is None and not starts_chrome(f"{label}："):
                unknown.append(label)
    return unknown


def _unknown_heads(run: list[_Labelled]) -> list[str]:
    """Cells of a header row that no field knows."""
    rows = dict.fromkeys(c.getparent() for line in run if _below(c := line.block.element) is not None)
    cells = [bare(_text(cell)) for row in rows if row is not None for cell in row_cells(row)]
    return [label for label in cells if label and field_of(label) is None]


def _merged(parts: list[Panel]) -> Panel:
    """All parts in page order. A second panel (the mobile copy) repeats the first: only its new values count."""
    found: list[Found] = []
    for part in parts:
        said = {(f.field, f.value) for f in found}
        found += [f for f in part.found if (f.field, f.value) not in said]
    return Panel(
        tuple(found),
        tuple(node for part in parts for node in part.nodes),
        tuple(line for part in parts for line in part.bylines),
        tuple(dict.fromkeys(label for part in parts for label in part.unknown)),
    )
