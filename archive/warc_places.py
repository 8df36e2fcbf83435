"""Where an archive's WARC files are: in ``warc/``, or in a folder of another volume that ``warc/elsewhere.txt`` names.

A file may be moved at any time while nothing writes it (it is sealed): into a folder of ``elsewhere.txt`` (one a line,
absolute or relative to ``warc/``), or anywhere, with a symbolic link of its name left in ``warc/``; ``warc`` itself may
be a symbolic link too. The name is the identity; the database knows no path.
"""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

__all__ = ["BROUGHT", "ELSEWHERE", "absent_folders", "folders", "locate", "may_be_away", "settle_brought", "warc_files"]

ELSEWHERE = "elsewhere.txt"
BROUGHT = ".brought"  # a file that a merge brings, until the database that knows it has taken its place
PATTERN = "gongkai-*.warc.gz"


def folders(warc: Path) -> list[Path]:
    """``warc`` itself, then the folders of ``elsewhere.txt``, whether they are there (mounted) or not."""
    try:
        lines = (warc / ELSEWHERE).read_text("utf-8").splitlines()
    except OSError:
        return [warc]
    named = (line.strip() for line in lines)
    return [warc, *(warc / name for name in named if name and not name.startswith("#"))]


def locate(warc: Path, name: str) -> Path:
    """The file of that name, wherever it is; where it is nowhere, its place in ``warc``."""
    first = warc / name
    if first.exists():
        return first
    places = (warc / f"{name}{BROUGHT}", *(folder / name for folder in folders(warc)[1:]))
    return next((place for place in places if place.exists()), first)


def absent_folders(warc: Path) -> list[Path]:
    """Folders that should hold WARC files and are not there."""
    return [folder for folder in folders(warc) if not folder.is_dir()]


def may_be_away(warc: Path, name: str) -> bool:
    """Whether a file that is not found may be on a volume that is not mounted: a link to it is left, or a folder that
    should hold files is not there."""
    return (warc / name).is_symlink() or bool(absent_folders(warc))


def warc_files(warc: Path) -> list[Path]:
    """Every WARC file of ours that can be reached, each name once, in the order of names (which begin with the moment
    at which a file was made)."""
    found: dict[str, Path] = {}
    for folder in folders(warc):
        for path in folder.glob(PATTERN):
            found.setdefault(path.name, path)
    return [found[name] for name in sorted(found)]


def settle_brought(warc: Path, known: Container[str]) -> None:
    """Files that a merge brought take their names, as far as the database knows them."""
    for path in warc.glob(f"{PATTERN}{BROUGHT}"):
        name = path.name.removesuffix(BROUGHT)
        if name in known:
            path.replace(warc / name)
