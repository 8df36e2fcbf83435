"""One archive and one server for all tests of the web page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.archive.webarchive import Client, Ids, build
from tests.browser import serving

__all__ = ["Web"]


@dataclass(frozen=True, slots=True)
class Web:
    """A running server: where its archive is, what is in it, who asks it."""

    home: Path
    ids: Ids
    base: str
    client: Client


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    home = tmp_path_factory.mktemp("web") / "home"
    ids = build(home)
    with serving(home) as base:
        yield Web(home, ids, base, Client(base))
