"""CMS families, one file each. A new family is a file here and one line in ``FAMILIES``."""

from __future__ import annotations

from crawler.families.hanweb import HANWEB
from crawler.families.html import HTML
from crawler.families.trs import TRS
from crawler.family import Family

__all__ = ["FAMILIES"]

FAMILIES: dict[str, Family] = {family.name: family for family in (HANWEB, TRS, HTML)}
"""What a source file may write in ``family`` → the family."""
