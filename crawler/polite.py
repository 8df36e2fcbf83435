"""Manners: robots.txt is obeyed, and its decision is told to the capture."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

__all__ = ["DisallowedRequest", "Robots"]


class DisallowedRequest(IgnoreRequest):
    """The site's robots.txt forbids this address."""


class Robots(RobotsTxtMiddleware):
    """Scrapy's own, which also writes ``meta["robots"]``: allowed, or none where the site has no robots.txt."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # It logs a robots.txt that does not come with a traceback; the page behind it becomes an Issue if it fails too.
        # Here, because Scrapy's set-up of logging takes back what was set before.
        logging.getLogger(RobotsTxtMiddleware.__module__).setLevel(logging.CRITICAL)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        request.meta["robots"] = "none" if rp is None else "allowed"
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest:
            raise DisallowedRequest(f"{request.url}: robots.txt does not allow it") from None

    async def _parse_robots(self, resp: Response, netloc: str, request: Request) -> None:
        """An error page is no robots.txt, whatever words stand in it."""
        if resp.status != 200:
            raise IgnoreRequest(f"{resp.url}: status {resp.status}")
        await super()._parse_robots(resp, netloc, request)
