"""Every source file is a spider: ``spiders/sources/<id>.toml``, or the folder that ``GONGKAI_SOURCES`` names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.errors import SourceError
from crawler.families import FAMILIES
from crawler.source import Source, parse_source
from spiders.site import SiteSpider

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.settings import BaseSettings

__all__ = ["SourceSpiderLoader", "load_source", "source_files", "sources_folder", "spider_for"]


def sources_folder() -> Path:
    """``GONGKAI_SOURCES``, else the folder that ships."""
    return Path(os.environ.get("GONGKAI_SOURCES") or Path(__file__).parent / "sources")


def source_files() -> dict[str, Path]:
    """Source id → its file, in the order of ids. Raises SourceError when the folder is not there."""
    folder = sources_folder()
    if not folder.is_dir():
        raise SourceError(f"{folder}: no such folder of source files; GONGKAI_SOURCES names it")
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def load_source(path: Path) -> Source:
    """Read and check one source file; raises SourceError with file and key."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be read as UTF-8 text: {error}") from None
    source = parse_source(text, str(path))
    if source.family is not None and source.family not in FAMILIES:
        raise SourceError(f"{path}: family: {source.family!r} is unknown; known: {', '.join(sorted(FAMILIES))}")
    return source


def spider_for(source: Source) -> type[SiteSpider]:
    """The spider class of a source, its politeness included: with a delay, one request at a time."""
    delay = _default_delay(source) if source.fetch.delay is None else source.fetch.delay
    settings = {"DOWNLOAD_DELAY": delay, "CONCURRENT_REQUESTS_PER_DOMAIN": 1 if delay else 8}
    return type(source.id, (SiteSpider,), {"name": source.id, "source": source, "custom_settings": settings})


def _default_delay(source: Source) -> float:
    """One second; none for a copy of a site on this machine, which has no webmaster."""
    host = urlsplit(source.homepage).hostname or ""
    return 0.0 if host == "localhost" or host.startswith("127.") else 1.0


class SourceSpiderLoader:
    """Scrapy's SPIDER_LOADER_CLASS: ``scrapy list`` and ``scrapy crawl <id>`` work on source files."""

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> SourceSpiderLoader:
        return cls()

    def load(self, spider_name: str) -> type[Spider]:
        path = source_files().get(spider_name)
        if path is None:
            raise KeyError(f"no source file {spider_name}.toml in {sources_folder()}")
        return spider_for(load_source(path))

    def find_by_request(self, request: Request) -> list[str]:
        host = request.url.split("/")[2] if "//" in request.url else ""
        return [name for name, path in source_files().items() if host in load_source(path).domains]

    def list(self) -> list[str]:
        return list(source_files())
