"""Start all local sites: ``python -m tests.sites --folder DIR``.

Writes ``DIR/<id>.toml`` for each, prints one line of JSON (``{"official": "http://127.0.0.1:…", …}``) when all of them
answer, then serves until SIGTERM or Ctrl-C, or, with ``--until-eof``, until its standard input is closed (so
that it ends with whoever started it, also when that one is killed).
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from tests.sites.behaviours import BehavioursSite
from tests.sites.county import CountySite
from tests.sites.docshare import DocshareSite
from tests.sites.mirror import MirrorSite
from tests.sites.official import OfficialSite
from tests.sites.server import Site

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(prog="python -m tests.sites", description="local sites to crawl")
    parser.add_argument("--folder", type=Path, required=True, help="where the source files are written")
    parser.add_argument("--slow", type=float, default=1.0, help="seconds that the slow page takes (default 1)")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input is closed")
    given = parser.parse_args(arguments)
    sites: list[Site] = [OfficialSite(), CountySite(), DocshareSite(), MirrorSite(), BehavioursSite(slow=given.slow)]
    _serve(sites, given.folder, given.until_eof)
    return 0


def _serve(sites: Sequence[Site], folder: Path, until_eof: bool) -> None:
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    folder.mkdir(parents=True, exist_ok=True)
    for site in sites:
        site.start()
        (folder / f"{site.id}.toml").write_text(site.source_toml(), encoding="utf-8")
    if until_eof:
        threading.Thread(target=_wait_for_end_of_input, args=(ended,), daemon=True).start()
    print(json.dumps({site.id: site.base_url for site in sites}), flush=True)
    ended.wait()
    for site in sites:
        site.stop()


def _wait_for_end_of_input(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


if __name__ == "__main__":
    sys.exit(main())
