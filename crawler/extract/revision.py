"""Which reader reads: a digest over everything that decides what a page says."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from crawler.source import Source

__all__ = ["reader_revision"]

ROOT = Path(__file__).resolve().parents[2]
FILES = (
    "crawler/extract/*.py", "crawler/families/*.py", "crawler/decode.py", "crawler/plausible.py", "crawler/family.py",
    "crawler/source.py", "archive/vocab.py", "archive/model.py", "archive/regions.py", "archive/script.py",
)  # fmt: skip
LIBRARIES = ("lxml", "trafilatura", "chardet", "opencc", "pypinyin")


def reader_revision(source: Source | None = None) -> str:
    """``gongkai <version> rules <16 hex>``: the digest covers every file that decides what is read, the versions of
    the libraries that read, and what the Source says about reading (a new column or delay does not make every
    rendition old). Two equal revisions read the same bytes alike."""
    digest = hashlib.sha256(_rules().encode())
    if source is not None:
        said = (source.name, source.publisher, source.family, source.homepage, source.domains, source.region)
        digest.update(repr((said, source.rules)).encode())
    return f"gongkai {_version('gongkai')} rules {digest.hexdigest()[:16]}"


@cache
def _rules() -> str:
    digest = hashlib.sha256()
    for pattern in FILES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for library in LIBRARIES:
        digest.update(f"{library}={_version(library)}\n".encode())
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "0"
