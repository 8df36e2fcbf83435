"""Lists that are tables with a header row: which column holds the day of publication (not of signing)."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.extract.blocks import clean
from crawler.extract.tables import direct_rows, row_cells

__all__ = ["dated_cell"]

HEAD = re.compile(r"(?:日期|时间)$")
PUBLISHED = re.compile(r"发布|公开|公布|上网|发表")


def dated_cell(row: HtmlElement) -> str | None:
    """The text of the row's cell under the header that names the publication; None where no header names two days."""
    table = next(row.iterancestors("table"), None) if row.tag == "tr" else None
    if table is None:
        return None
    rows = direct_rows(table)
    heads = [clean("".join(cell.itertext())) for cell in row_cells(rows[0])] if rows and rows[0] is not row else []
    days = [n for n, head in enumerate(heads) if HEAD.search(head)]
    cells = row_cells(row)
    if len(days) < 2 or len(cells) != len(heads):
        return None
    chosen = next((n for n in days if PUBLISHED.search(heads[n])), days[0])
    return clean("".join(cells[chosen].itertext()))
