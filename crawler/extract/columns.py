"""Lists that are tables with a header row: which column holds the title, which the day of publication."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.extract.blocks import clean
from crawler.extract.tables import direct_rows, row_cells

__all__ = ["dated_cell", "titled_cell"]

HEAD = re.compile(r"(?:日期|时间)$")
TITLES = re.compile(r"(?:标题|题名|名称|主题|事项|内容)$")
PUBLISHED = re.compile(r"发布|公开|公布|上网|发表")


def dated_cell(row: HtmlElement) -> str | None:
    """The text of the row's cell under the header that names the publication; None where no header names two days."""
    cells = _cells(row)
    days = [head for head in cells if HEAD.search(head)]
    if len(days) < 2:
        return None
    return cells[next((head for head in days if PUBLISHED.search(head)), days[0])]


def titled_cell(row: HtmlElement) -> str | None:
    """The text of the row's cell under the header that names the titles, for rows whose link says only 查看."""
    cells = _cells(row)
    return next((cells[head] for head in cells if TITLES.search(head)), None)


def _cells(row: HtmlElement) -> dict[str, str]:
    """The row's cells by the heads of its table's first row; empty where the two do not fit."""
    table = next(row.iterancestors("table"), None) if row.tag == "tr" else None
    rows = direct_rows(table) if table is not None else []
    if not rows or rows[0] is row:
        return {}
    heads, cells = ([clean("".join(c.itertext())) for c in row_cells(r)] for r in (rows[0], row))
    return dict(zip(heads, cells, strict=True)) if len(heads) == len(cells) else {}
