"""Why a request brought no answer: the code of its issue, and whether another attempt may help."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from archive.errors import PayloadUnreadable
from crawler.guard import RefusedRequest
from crawler.polite import DisallowedRequest

__all__ = ["comes_again", "failure_code"]

CODES: tuple[tuple[type[BaseException], str, bool], ...] = (
    (RefusedRequest, "refused", False),
    (DisallowedRequest, "robots", False),
    (IgnoreRequest, "ignored", False),
    (DownloadCancelledError, "too_large", False),
    (CannotResolveHostError, "dns", True),
    (DownloadTimeoutError, "timeout", True),
    (DownloadConnectionRefusedError, "connection_refused", True),
    (ResponseDataLossError, "data_loss", True),
    (PayloadUnreadable, PayloadUnreadable.code, False),
    (ValueError, "bad_address", False),  # a redirect to something that is no address
)
"""Exception, the issue code it becomes, and whether another attempt may help; anything else is ``fetch``, again."""


def failure_code(error: BaseException | None) -> tuple[str, bool]:
    return next(((code, again) for kind, code, again in CODES if isinstance(error, kind)), ("fetch", True))


def comes_again(code: str) -> bool:
    """Whether a failure of this code was worth another attempt."""
    return next((again for _, known, again in CODES if known == code), True)
