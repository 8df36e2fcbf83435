"""``make screenshots``: pictures of the web page over the demo archive, into docs/screenshots.

    python -m tests.screenshots [--home demo-data] [--to docs/screenshots]

Needs a Chromium and a font with Chinese characters (Debian: chromium, fonts-noto-cjk).
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.browser import Watched, browser, chromium, serving
from tests.command import ROOT

__all__ = ["main"]

LARGEST = 300_000  # bytes of a picture: they are in the repository
WIDE = {"width": 1200, "height": 780}
PHONE = {"width": 390, "height": 844}
CHANGED = """
    SELECT v.document FROM versions v JOIN renditions r ON r.version = v.id JOIN documents d ON d.id = v.document
    WHERE v.change = 'text' AND d.source = 'official' ORDER BY r.markdown LIKE '%| ---%' DESC, d.url LIMIT 1
"""
TABLED = """
    SELECT d.id FROM documents d JOIN renditions r ON r.id = d.current_rendition
    WHERE d.source = 'official' AND r.markdown LIKE '%| ---%' ORDER BY d.url DESC LIMIT 1
"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description="pictures of the web page")
    parser.add_argument("--home", type=Path, default=ROOT / "demo-data", help="the archive (default: demo-data)")
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "screenshots", help="where the pictures go")
    given = parser.parse_args(arguments)
    path = chromium()
    if path is None:
        sys.exit(
            "no Chromium here: install one (Debian: apt-get install chromium fonts-noto-cjk), or set GONGKAI_CHROMIUM"
        )
    conn = sqlite3.connect(given.home / "archive.db")
    changed, tabled = (conn.execute(query).fetchone()[0] for query in (CHANGED, TABLED))
    conn.close()
    search = '/?q="家庭医生签约" 上半年'
    pictures = [
        ("search", search, WIDE, "en"),
        ("document", f"/doc/{tabled}", WIDE, "zh"),
        ("diff", f"/doc/{changed}/diff", WIDE, "en"),
        ("dashboard", "/sources", WIDE, "en"),
        ("phone", search, PHONE, "zh"),
    ]
    given.to.mkdir(parents=True, exist_ok=True)
    wrong = []
    with serving(given.home) as base, browser(path) as started:
        for name, address, size, language in pictures:
            watched = Watched(started, base, viewport=size, locale=language, color_scheme="light")
            watched.open(address)
            picture = given.to / f"{name}.png"
            watched.page.screenshot(path=picture)
            length = picture.stat().st_size
            print(f"{picture}  {length:,} bytes")
            wrong += [f"{name}: {error}" for error in watched.errors + watched.foreign]
            wrong += [f"{name}: {length} bytes, more than {LARGEST}"] if length > LARGEST else []
            watched.close()
    for line in wrong:
        print(f"  ✗ {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
