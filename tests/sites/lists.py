"""Static list pages: ``list.html``, ``list_2.html`` … with a next link, as many plain sites have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Line", "static_list"]


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a list; ``date`` is printed beside it."""

    href: str
    title: str
    date: str


def static_list(title: str, lines: Sequence[Line], following: str | None, chrome: str = "") -> str:
    """A list page; ``following`` is the address of the next one, None on the last."""
    shown = "\n".join(
        f'<li><a href="{line.href}" title="{escape(line.title)}">{escape(line.title)}</a>'
        f"<span>({line.date})</span></li>"
        for line in lines
    )
    onward = f'<a href="{following}">下一页</a>' if following else "<span>下一页</span>"
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{escape(title)}</title></head><body>
<div class="head"><a href="/">首页</a></div>
<div class="list"><h2>{escape(title)}</h2><ul>
{shown}
</ul><div class="page"><span class="now">本页</span>{onward}</div></div>
{chrome}</body></html>
"""
