"""WARC files on other volumes: found where they were moved to, and not taken for lost while a volume is away."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from archive.captures import Captures
from archive.database import open_database
from archive.errors import FilesAway
from archive.recover import recover
from archive.tails import pieces
from archive.verify import verify
from archive.warc_places import locate, warc_files
from tests.archive.exchanges import SOFTWARE, exchange


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An archive of three sealed files and one that its writer left unsealed, six captures."""
    home = tmp_path / "home"
    db = open_database(home)
    captures = Captures(db, home, software=SOFTWARE, max_bytes=1)
    for number in range(6):
        captures.keep(exchange(number), kind="article")
    os.close(captures.log._writer.fd)  # type: ignore[union-attr]  # as if its process had died
    db.close()
    return home


def payloads(home: Path) -> list[bytes]:
    db = open_database(home)
    try:
        ids = [row[0] for row in db.execute("SELECT id FROM captures ORDER BY id")]
        return [Captures(db, home, software=SOFTWARE).payload(id) for id in ids]
    finally:
        db.close()


def sound(home: Path) -> bool:
    db = open_database(home)
    try:
        return verify(db, home).sound
    finally:
        db.close()


def test_files_in_a_folder_that_elsewhere_names(home: Path, tmp_path: Path) -> None:
    before = payloads(home)
    for folder in ("volume one", "volume two"):
        (tmp_path / folder).mkdir()
    names = [path.name for path in warc_files(home / "warc")]
    shutil.move(home / "warc" / names[0], tmp_path / "volume one")
    shutil.move(home / "warc" / names[1], tmp_path / "volume two")
    assert not sound(home)
    (home / "warc" / "elsewhere.txt").write_text(f"# moved in 2026\n{tmp_path / 'volume one'}\n../../volume two\n")
    assert payloads(home) == before
    assert sound(home)
    assert [path.name for path in warc_files(home / "warc")] == names
    assert locate(home / "warc", names[0]) == tmp_path / "volume one" / names[0]


def test_linked_files_and_a_linked_folder(home: Path, tmp_path: Path) -> None:
    before = payloads(home)
    moved = tmp_path / "volume"
    shutil.move(home / "warc", moved)
    (home / "warc").symlink_to(moved)
    assert payloads(home) == before
    assert sound(home)
    first = warc_files(moved)[0]
    shutil.move(first, tmp_path / first.name)
    first.symlink_to(tmp_path / first.name)
    assert payloads(home) == before
    assert sound(home)


@pytest.mark.parametrize("away", ["mount point", "folder link", "file link", "elsewhere"])
def test_a_volume_that_is_not_mounted_loses_nothing(home: Path, tmp_path: Path, away: str) -> None:
    """The unsealed file is among those that are away: a recovery must not take its captures for lost."""
    warc, volume = home / "warc", tmp_path / "volume"
    shutil.copytree(warc, tmp_path / "kept")
    names = [path.name for path in warc_files(warc)]
    if away == "folder link":
        shutil.move(warc, volume)
        warc.symlink_to(tmp_path / "nowhere")
    elif away == "mount point":
        shutil.move(warc, volume)
        warc.mkdir()
    elif away == "file link":
        shutil.move(warc / names[-1], tmp_path / names[-1])
        (warc / names[-1]).symlink_to(tmp_path / "nowhere" / names[-1])
    else:
        (warc / names[-1]).unlink()
        (warc / "elsewhere.txt").write_text(f"{volume}/not mounted\n")
    db = open_database(home)
    with pytest.raises(FilesAway, match="mount"):
        recover(db, home)
    assert db.execute("SELECT count(*) FROM issues").fetchone() == (0,)
    assert db.execute("SELECT count(*) FROM warc_files WHERE committed_length = 0").fetchone() == (0,)
    db.close()
    if warc.is_symlink():
        warc.unlink()
    else:
        shutil.rmtree(warc)
    shutil.copytree(tmp_path / "kept", warc)
    db = open_database(home)
    recover(db, home)
    db.close()
    assert len(payloads(home)) == 6
    assert sound(home)


def test_verify_says_that_a_folder_is_away(home: Path, tmp_path: Path) -> None:
    first = warc_files(home / "warc")[0]
    first.unlink()
    (home / "warc" / "elsewhere.txt").write_text(f"{tmp_path / 'volume'}\n")
    db = open_database(home)
    (damage,) = [d for d in verify(db, home).damages if d.kind == "file_missing"]
    db.close()
    assert "is its volume mounted?" in damage.message


def test_damage_in_the_middle_of_an_unknown_file_cuts_nothing_off(home: Path) -> None:
    """A file that the database does not know is read in from its beginning, past what is damaged."""
    big = home.parent / "other"
    db = open_database(big)
    captures = Captures(db, big, software=SOFTWARE)
    for number in range(5):
        captures.keep(exchange(number), kind="article")
    offset = db.execute("SELECT warc_offset FROM captures WHERE id = 2").fetchone()[0]
    captures.close()
    db.close()
    (path,) = warc_files(big / "warc")
    data = bytearray(path.read_bytes())
    data[offset + 70] ^= 1
    path.write_bytes(data)
    other = home.parent / "without"
    db = open_database(other)
    path = Path(shutil.copy(path, other / "warc"))
    recovered = recover(db, other)
    assert recovered.rows == 4
    assert "warc_damaged" in {issue.code for issue in recovered.issues}
    assert path.read_bytes() == bytes(data)
    with path.open("rb") as file:
        assert sum(piece.exchange is not None for piece in pieces(file, path.name, 0, len(data))) == 1
    db.close()
