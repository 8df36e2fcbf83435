"""The bodies of the pages of one article as one body."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extract.content import Body

__all__ = ["joined"]


def joined(first: Body, later: Sequence[Body]) -> Body:
    """``first`` with the text of the later pages behind it. A page that only repeats one before it (some hosts answer
    each number with the first page) adds nothing."""
    if not later:
        return first
    bodies, seen = [], set()
    for body in (first, *later):
        folded = re.sub(r"\s+", "", body.text)
        if folded and folded not in seen:
            bodies.append(body)
        seen.add(folded)
    return Body(
        text="\n".join(body.text for body in bodies),
        markdown="\n\n".join(body.markdown for body in bodies),
        image_only=not bodies and any(body.image_only for body in (first, *later)),
        shown=tuple(block for body in bodies for block in body.shown),
        left=first.left,
    )
