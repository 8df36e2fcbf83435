"""Manners: robots.txt is obeyed, and its decision is told to the capture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.robotstxt import RobotParser

__all__ = ["DisallowedRequest", "Robots"]


class DisallowedRequest(IgnoreRequest):
    """The site's robots.txt forbids this address."""


class Robots(RobotsTxtMiddleware):
    """Scrapy's own, which also writes ``meta["robots"]``: allowed, or none where the site has no robots.txt."""

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        request.meta["robots"] = "none" if rp is None else "allowed"
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest:
            raise DisallowedRequest(f"{request.url}: robots.txt does not allow it") from None
