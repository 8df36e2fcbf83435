"""The words of the page itself, in both languages: ``strings.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path

__all__ = ["STRINGS"]

STRINGS: dict[str, tuple[str, str]] = {
    key: (chinese, english)
    for key, (chinese, english) in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).items()
}
