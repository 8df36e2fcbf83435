"""The metadata panel (索引号, 组配分类 …) in three layouts that such sites use."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

__all__ = ["EMPTY_TEMPLATE", "label_cells", "list_items", "one_cell"]

Fields = Sequence[tuple[str, str]]

EMPTY_TEMPLATE = (
    '<table id="xxgk_tpl" style="display:none"><tr><td>索引号：</td><td></td><td>文号：</td><td></td></tr>'
    "<tr><td>发布机构：</td><td></td><td>生成日期：</td><td></td></tr></table>"
)
"""A hidden form without values, as some templates leave behind: nothing may be read out of it."""


def label_cells(fields: Fields) -> str:
    """A cell for the label, with spaces between its characters, a cell for the value; two pairs a row."""
    cells = [
        f'<td class="xxgk_t" width="12%">{_spread(label)}</td><td class="xxgk_v" width="38%">{escape(value)}</td>'
        for label, value in fields
    ]
    rows = ["".join(cells[i : i + 2]) for i in range(0, len(cells), 2)]
    return f'<table class="xxgk_table" width="100%">{"".join(f"<tr>{row}</tr>" for row in rows)}</table>'


def one_cell(fields: Fields) -> str:
    """Label and value together in one cell."""
    cells = [f"<td><b>{label}：</b>{escape(value)}</td>" for label, value in fields]
    rows = ["".join(cells[i : i + 2]) for i in range(0, len(cells), 2)]
    return f'<table class="zfxxgk_head" cellpadding="4">{"".join(f"<tr>{row}</tr>" for row in rows)}</table>'


def list_items(fields: Fields) -> str:
    """A list, one field an item."""
    items = "".join(f'<li><span class="tit">{label}：</span><em>{escape(value)}</em></li>' for label, value in fields)
    return f'<ul class="gkxx_list">{items}</ul>'


def _spread(label: str) -> str:
    """A label of two or three characters is stretched with spaces to the width of four."""
    return " ".join(label) if len(label) < 4 else label
