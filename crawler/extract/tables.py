"""Tables of a body: which ones hold data and which only lay out the page, and their rows."""

from __future__ import annotations

from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from crawler.extract.blocks import blocks, clean

__all__ = ["direct_rows", "markdown_table", "row_cells", "table_rows"]

ROWS = etree.XPath("./tr | ./tbody/tr | ./thead/tr | ./tfoot/tr | ./tbody/thead/tr")
CELLS = etree.XPath("./td | ./th")
NESTED = etree.XPath("boolean(.//table)")
LONG_CELL = 300  # characters; a cell that long in a table of few cells is a column of the page, not a datum
MAX_ROWS = 5000
MOST_SPANNED = 100
WIDEST = 300  # columns; beyond them a cell covers no other


def direct_rows(table: HtmlElement) -> list[HtmlElement]:
    """The table's own rows, without those of tables inside it."""
    return cast(list[HtmlElement], ROWS(table))


def row_cells(row: HtmlElement) -> list[HtmlElement]:
    return cast(list[HtmlElement], CELLS(row))


def table_rows(table: HtmlElement) -> tuple[tuple[str, ...], ...]:
    """The rows of a table of data, each cell one line of text, empty rows left out; () for a table of layout:
    one with another table inside, with one column or one row, or with most of its text in one long cell."""
    if NESTED(table):
        return ()
    rows = direct_rows(table)[:MAX_ROWS]
    widest = max((len(row_cells(row)) for row in rows), default=0)
    if len(rows) < 2 or widest < 2:
        return ()
    read = _spread(rows)
    sizes = sorted((len(text) for row in read for text in row), reverse=True)
    if sizes[0] > LONG_CELL and sizes[0] > 0.7 * sum(sizes):
        return ()
    return tuple(row for row in read if any(row))


def _spread(rows: list[HtmlElement]) -> list[tuple[str, ...]]:
    """The rows with each cell in its column: a cell that spans rows or columns leaves the others it covers empty."""
    covered: dict[int, int] = {}  # column → rows below that a cell above still covers
    read: list[tuple[str, ...]] = []
    for row in rows:
        cells: list[str] = []
        below: dict[int, int] = {}
        for cell in row_cells(row):
            while covered.get(len(cells)):
                cells.append("")
            wide = _span(cell, "colspan") if len(cells) < WIDEST else 1
            high = _span(cell, "rowspan")
            below.update(dict.fromkeys(range(len(cells), len(cells) + wide), high - 1))
            cells += [_cell(cell), *[""] * (wide - 1)]
        while covered.get(len(cells)):
            cells.append("")
        covered = {c: n - 1 for c, n in covered.items() if n > 1} | {c: n for c, n in below.items() if n}
        read.append(tuple(cells))
    return read


def _span(cell: HtmlElement, name: str) -> int:
    """Columns or rows that a cell covers; an absurd number is taken for one."""
    said = (cell.get(name) or "").strip()
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 5 else 1
    return number if 1 <= number <= MOST_SPANNED else 1


def _cell(cell: HtmlElement) -> str:
    return " ".join(block.text for block in blocks(cell)) if len(cell) else clean(cell.text or "")


def markdown_table(rows: tuple[tuple[str, ...], ...]) -> str:
    """A Markdown table; the first row is its head. Short rows are filled up: Markdown knows no merged cells."""
    width = max(len(row) for row in rows)
    lines = []
    for number, row in enumerate(rows):
        cells = [cell.replace("\\", "\\\\").replace("|", "\\|") for cell in row] + [""] * (width - len(row))
        lines.append("| " + " | ".join(cells) + " |")
        if number == 0:
            lines.append("|" + " --- |" * width)
    return "\n".join(lines)
