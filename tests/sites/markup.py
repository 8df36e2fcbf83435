"""HTML of bodies: paragraphs as these systems write them, tables, attachment lines."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tests.sites.shelf import File

__all__ = ["attachment_lines", "paragraphs", "table"]


def paragraphs(lines: Sequence[str], style: str = "text-indent: 2em;", tail: int = 0) -> str:
    """One ``<p>`` a line; the last ``tail`` lines (the signature) stand on the right."""
    body = len(lines) - tail
    shown = [f'<p style="{style}"><span>{escape(line)}</span></p>' for line in lines[:body]]
    shown += [f'<p style="text-align: right;">{escape(line)}</p>' for line in lines[body:]]
    return "\n".join(shown)


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table with its first row as headings; empty where there are no rows."""
    if not rows:
        return ""
    cells = ["".join(f"<td><p>{escape(cell)}</p></td>" for cell in row) for row in rows]
    return f'<table border="1" width="100%"><tbody>{"".join(f"<tr>{row}</tr>" for row in cells)}</tbody></table>'


def attachment_lines(files: Sequence[File]) -> str:
    """附件：1.… lines with links, as they stand below a body."""
    shown = [
        f'<p>{"附件：" if order == 1 else ""}{order}.<a href="{escape(file.path)}" target="_blank">'
        f"{escape(file.name)}</a></p>"
        for order, file in enumerate(files, 1)
    ]
    return "\n".join(shown)
