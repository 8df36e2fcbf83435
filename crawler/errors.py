"""What can go wrong while fetching and reading, each kind with a stable code.

    CrawlerError          crawler
    ├─ SourceError        source          a source file that cannot be used: file, key and what to do
    ├─ FetchError         fetch           no usable answer
    │  ├─ Challenged      challenged      a WAF or script challenge answered (capture kept)
    │  ├─ SoftNotFound    soft_404        "not found" said with status 200, or the home page (capture kept)
    │  ├─ WrongMedia      wrong_media     not the kind of file that was expected (capture kept)
    │  ├─ SiteFailed      site_failed     an error or maintenance page of the site, with status 200 (capture kept)
    │  ├─ LoginRequired   login_required  a login wall answered (capture kept)
    │  ├─ Parked          parked          the domain is for sale or has expired (capture kept)
    │  └─ Refused         refused         the address guard refused: no request left the machine
    ├─ DecodeError        decode          bytes that no encoding reads
    ├─ ListingError       listing
    │  ├─ EmptyListing    empty_listing   a column's first list page without entries
    │  └─ PagingLoop      paging_loop     a "next" page that was walked already, or shows the same entries
    ├─ UnusableInput      input           a path or a --urls file that cannot be used
    └─ ExtractError       extract
       ├─ NoContent       no_content      no body and no image where a document should be
       ├─ TimedOut        timed_out       a page that took longer than the limit
       └─ TooLarge        too_large       a page beyond the memory or size limit

``code`` is also the code of the Issue and the name of the Scrapy stat ``gongkai/issue/<code>``.
"""

from __future__ import annotations

__all__ = [
    "Challenged",
    "CrawlerError",
    "DecodeError",
    "EmptyListing",
    "ExtractError",
    "FetchError",
    "ListingError",
    "LoginRequired",
    "NoContent",
    "PagingLoop",
    "Parked",
    "Refused",
    "SiteFailed",
    "SoftNotFound",
    "SourceError",
    "TimedOut",
    "TooLarge",
    "UnusableInput",
    "WrongMedia",
]


class CrawlerError(Exception):
    """Root of everything the crawler raises on purpose; the text says what to do."""

    code = "crawler"


class SourceError(CrawlerError):
    code = "source"


class FetchError(CrawlerError):
    code = "fetch"


class Challenged(FetchError):
    code = "challenged"


class SoftNotFound(FetchError):
    code = "soft_404"


class WrongMedia(FetchError):
    code = "wrong_media"


class SiteFailed(FetchError):
    code = "site_failed"


class LoginRequired(FetchError):
    code = "login_required"


class Parked(FetchError):
    code = "parked"


class Refused(FetchError):
    code = "refused"


class DecodeError(CrawlerError):
    code = "decode"


class ListingError(CrawlerError):
    code = "listing"


class EmptyListing(ListingError):
    code = "empty_listing"


class PagingLoop(ListingError):
    code = "paging_loop"


class ExtractError(CrawlerError):
    code = "extract"


class NoContent(ExtractError):
    code = "no_content"


class TimedOut(ExtractError):
    code = "timed_out"


class TooLarge(ExtractError):
    code = "too_large"


class UnusableInput(CrawlerError):
    """A path or a --urls file that cannot be used."""

    code = "input"
