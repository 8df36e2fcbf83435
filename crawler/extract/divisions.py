"""The full name of a body whose printed name says only the level of its place (市卫生健康委员会, 省财政厅), by the
region codes that a source and its site give (``archive.regions``)."""

from __future__ import annotations

from collections.abc import Iterable

from archive.regions import division
from crawler.extract.agencies import is_agency

__all__ = ["full_name_by_codes"]

LEVELS = ("自治区", "自治州", "自治县", "地区", "省", "市", "州", "盟", "县")
"""What a short name may begin with, and what the name of its place must then end with."""

OF_PROVINCE = ("省", "自治区")
"""Bodies of these levels are those of the province that any code in it begins with."""


def full_name_by_codes(short: str, codes: Iterable[str]) -> str | None:
    """The full name of the body that prints itself as ``short`` on a site with these codes, or None.

    ``codes``: at least six signs each, of which the first six are the place (the region of a source file, a site's
    identification code); what is none is passed over. The levels must agree: 市… is claimed for a code that is a city's
    own, 省… for any in the province. Codes of two places claim nothing.
    """
    level = next((level for level in LEVELS if short.startswith(level)), None)
    if level is None or not is_agency(short):
        return None
    places = {code[:6] for code in codes if code[:6].isascii() and code[:6].isdigit()}
    if level in OF_PROVINCE:
        places = {f"{place[:2]}0000" for place in places}
    name = division(places.pop()) if len(places) == 1 else None
    return name + short[len(level) :] if name and name.endswith(level) else None
