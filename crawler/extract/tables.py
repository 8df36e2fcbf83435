"""Tables of a body: which ones hold data and which only lay out the page, and their rows."""

from __future__ import annotations

from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from crawler.extract.blocks import blocks

__all__ = ["direct_rows", "markdown_table", "row_cells", "table_rows"]

ROWS = etree.XPath("./tr | ./tbody/tr | ./thead/tr | ./tfoot/tr | ./tbody/thead/tr")
CELLS = etree.XPath("./td | ./th")
NESTED = etree.XPath("boolean(.//table)")
LONG_CELL = 300  # characters; a cell that long in a table of few cells is a column of the page, not a datum
MAX_ROWS = 5000


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
    read = [tuple(_cell(cell) for cell in row_cells(row)) for row in rows]
    sizes = sorted((len(text) for row in read for text in row), reverse=True)
    if sizes[0] > LONG_CELL and sizes[0] > 0.7 * sum(sizes):
        return ()
    return tuple(row for row in read if any(row))


def _cell(cell: HtmlElement) -> str:
    return " ".join(block.text for block in blocks(cell))


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
