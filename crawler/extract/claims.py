"""Every date that a page prints, with the part it plays: signed, generated, published, republished, uploaded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from archive.model import DateClaim, Origin, Role, Trust
from crawler.extract.found import Found
from crawler.extract.parts import Parts
from crawler.extract.values import read_value

__all__ = ["date_claims", "of_copy"]

ROLES: dict[str, Role] = {"issued_on": "generated", "published_at": "published"}


def date_claims(found: Iterable[Found], parts: Parts, *, shared: bool) -> tuple[DateClaim, ...]:
    """The claims in the order of the day. ``shared``: the page is a document-sharing site's, whose date is that of
    the upload."""
    claims = []
    if parts.signed_on:
        claims.append(DateClaim("signed", *parts.signed_on))
    for one in found:
        role, value = ROLES.get(one.field), read_value(one.field, one.value)
        if role and isinstance(value, str):
            role = "uploaded" if shared and role == "published" else role
            claims.append(DateClaim(role, value, Origin(one.rule, one.where, f"{one.label}：{one.value}"[:120])))
    return tuple(_once(sorted(claims, key=lambda claim: claim.date)))


def of_copy(claims: Iterable[DateClaim], trust: Trust) -> tuple[DateClaim, ...]:
    """The claims of a copy: its date of publication is not that of the government."""
    if trust not in ("repost", "hijacked"):
        return tuple(claims)
    return tuple(replace(c, role="republished") if c.role == "published" else c for c in claims)


def _once(claims: Iterable[DateClaim]) -> list[DateClaim]:
    """One claim a role and day, the most precise."""
    best: dict[tuple[Role, str], DateClaim] = {}
    for claim in claims:
        key = claim.role, claim.date[:10]
        if key not in best or len(claim.date) > len(best[key].date):
            best[key] = claim
    return list(best.values())
