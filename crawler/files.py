"""Files that a user hands in: which ones, what their addresses are, and how a file is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import orjson

from crawler.errors import UnusableInput
from crawler.extract import PageInput

__all__ = ["PAGES", "WARCS", "files_of", "load_urls", "page_of_file"]

PAGES = (".html", ".htm", ".shtml", ".xhtml", ".xml", ".txt")
WARCS = (".warc", ".warc.gz")
LARGEST = 20 * 1024 * 1024  # bytes; the bound of a crawled page


def files_of(paths: Iterable[Path], endings: tuple[str, ...]) -> Iterator[Path]:
    """The files themselves, and of a folder every file below it with one of the endings, in the order of names.

    Raises UnusableInput for a path that is not there, or a folder without any such file.
    """
    for path in paths:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.is_file() and p.name.lower().endswith(endings))
            if not found:
                raise UnusableInput(f"{path}: no file ending in {', '.join(endings)} in this folder")
            yield from found
        elif path.exists():
            yield path
        else:
            raise UnusableInput(f"{path}: no such file")


def load_urls(path: Path | None) -> dict[str, str]:
    """The JSON object {base name: URL} of ``--urls``; raises UnusableInput where it is something else."""
    if path is None:
        return {}
    try:
        table = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise UnusableInput(f"{path}: cannot be read as JSON: {error}") from None
    if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
        raise UnusableInput(f"{path}: must be a JSON object of file names and addresses")
    return table


def page_of_file(path: Path, urls: Mapping[str, str]) -> PageInput:
    """A file as the reader takes it. Raises UnusableInput where it cannot be read or is too large."""
    try:
        if path.stat().st_size > LARGEST:
            raise UnusableInput(f"{path}: larger than {LARGEST >> 20} MiB")
        body = path.read_bytes()
    except OSError as error:
        raise UnusableInput(f"{path}: {error.strerror or error}") from None
    url = urls.get(path.name)
    markup = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html"))
    text = path.suffix.lower() == ".txt" and not markup  # a page saved under a text file's name is a page
    return PageInput(
        body=body,
        url=url,
        final_url=url,
        media_type="text/plain" if text else None,
        fetched=url is not None and not text,
    )
