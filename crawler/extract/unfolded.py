"""A panel that the page hides until a reader unfolds it (展开信息公开属性): read where no panel is shown.

An empty template is hidden the same way, and lists hide a panel in every entry: only a single one that says an
index number counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from lxml.html import HtmlElement

from crawler.extract.blocks import blocks
from crawler.extract.panel import Panel, read_panel
from crawler.extract.tree import hidden

__all__ = ["unfolded_panel"]

LABEL = re.compile(r"索(?:\s|&nbsp;|&#160;|&e[nm]sp;)*[引取]")
LONGEST = 3000  # characters of a hidden box that may be a panel


def unfolded_panel(tree: HtmlElement, text: str, bodies: Collection[HtmlElement]) -> Panel | None:
    """The page's hidden panel, or None. ``text``: the page's source, which tells at once that there is none."""
    if not LABEL.search(text):
        return None
    found: list[Panel] = []
    for element in tree.iter("div", "table", "dl", "ul", "section"):
        if not hidden(element) or any(map(hidden, element.iterancestors())):
            continue
        if len("".join(element.itertext())) > LONGEST:
            continue
        panel = read_panel(blocks(element), bodies)
        if any(f.field == "index_number" and f.rule == "panel" for f in panel.found):
            found.append(panel)
    return found[0] if len(found) == 1 else None
