"""An answer out of the archive, as if it had just come: what was kept and is to be read, or read anew."""

from __future__ import annotations

from archive.errors import ArchiveError, PayloadUnreadable
from archive.frontier import Leased
from crawler.items import Answer, NoAnswer
from crawler.run import SourceRun

__all__ = ["answer_from_archive"]


def answer_from_archive(run: SourceRun, lease: Leased) -> Answer | NoAnswer:
    """The answer of a URL that is ``kept``."""
    try:
        capture = run.session.captures.load(lease.capture or 0)
        body = run.session.captures.payload(capture.id)
    except ArchiveError as error:
        return NoAnswer(lease, error.code, f"{lease.address}: {error}", again=not isinstance(error, PayloadUnreadable))
    return Answer(lease, capture, capture.final_url, capture.status or 200, capture.media_type, body)
