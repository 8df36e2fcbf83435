"""Which reader reads: a digest over everything that decides what a page says."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from crawler.source import Source

__all__ = ["revision"]

ROOT = Path(__file__).resolve().parents[2]
FILES = ("crawler/extract/*.py", "crawler/families/*.py", "crawler/decode.py", "crawler/family.py",
         "crawler/source.py", "archive/vocab.py", "archive/model.py", "archive/script.py")  # fmt: skip
LIBRARIES = ("lxml", "trafilatura", "chardet", "opencc", "pypinyin")


def revision(source: Source | None) -> str:
    """``gongkai <version> rules <16 hex>``; of the Source only what it says about reading counts, so that a new
    column or delay does not make every rendition old."""
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
