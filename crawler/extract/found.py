"""A labelled value as the page prints it: what panels, bylines, tags and footers are read into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Found", "Rule"]

Rule = Literal["panel", "byline", "meta", "file", "script", "lines"]


@dataclass(frozen=True, slots=True)
class Found:
    """``label`` as printed, ``field`` the Metadata field's name, ``where`` the place (an element's path, a meta
    tag's name, a line's number)."""

    label: str
    field: str
    value: str
    rule: Rule
    where: str
