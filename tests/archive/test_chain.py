"""The hash chain over runs: broken, cut, forged and signed; what dies in the middle; archives of before it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archive.chain import close_books, manifests
from archive.errors import KeyUnusable
from archive.members import pack_to_length
from archive.recover import recover
from archive.signing import Signer, configured_signer, is_signed_by, load_signer, make_key, read_public_key
from archive.verify import Verification, verify
from tests.archive.rows import add_document, new_archive
from tests.archive.whole import DAY, NOW, Whole
from tests.command import Command


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return make_key(tmp_path_factory.mktemp("keys") / "key")


@pytest.fixture
def whole(tmp_path: Path):  # type: ignore[no-untyped-def]
    whole = Whole(tmp_path / "home")
    yield whole
    whole.shut()


def check(whole: Whole, **more: object) -> Verification:
    return verify(whole.archive.db, whole.archive.home, **more)  # type: ignore[arg-type]


def messages(found: Verification) -> list[str]:
    return [f"{damage.where}: {damage.message}" for damage in found.damages if damage.kind.startswith("chain")]


def test_a_manifest_by_hand(whole: Whole) -> None:
    """docs/trust.md: unpack the record, hash it, compare with the next one; a capture's records hash to its line."""
    whole.crawl()
    whole.crawl(NOW + 8 * DAY)
    one, two = manifests(whole.archive.conn)
    head, lines = unpacked(whole, one)
    assert (one.previous, two.previous) == (None, one.sha256)
    assert (head["format"], head["number"], head["mode"], head["source"]) == ("gongkai-manifest/1", 1, "full", "qinghe")
    assert head["records"]["capture"] == 5
    assert sum(head["records"].values()) == len(lines) == one.records
    capture = next(line for line in lines if line[0] == "capture")
    row = whole.archive.conn.execute(
        "SELECT id, url, fetched_at, payload_sha256 FROM captures WHERE record_id = ?", [capture[1]]
    ).fetchone()
    assert capture[3:] == list(row[1:])
    assert capture[2] == whole.captures.records_sha256(row[0])


def unpacked(whole: Whole, manifest):  # type: ignore[no-untyped-def]
    data = (whole.archive.home / "warc" / manifest.warc_file).read_bytes()
    record = gzip.decompress(data[manifest.warc_offset :][: manifest.warc_length])
    block = record.split(b"\r\n\r\n", 1)[1][:-4]
    assert hashlib.sha256(block).hexdigest() == manifest.sha256
    head, *lines = (json.loads(line) for line in block.splitlines())
    return head, lines


def test_a_run_that_died_belongs_to_the_run_that_closes(whole: Whole) -> None:
    whole.crawl()
    whole.open(NOW + 2 * DAY)
    whole.keep("http://xxgk.qinghe.example/art/8.html", "article", b"<p>8", NOW + 2 * DAY)
    found = check(whole)
    assert (found.damages, found.chain and found.chain.waiting) == ((), 3)  # an open run accuses nobody
    whole.crawl(NOW + 8 * DAY)
    found = check(whole)
    assert (found.damages, found.chain and found.chain.waiting) == ((), 0)
    assert found.chain
    assert found.chain.manifests == 2


def test_an_archive_of_before_the_chain_is_taken_in_at_the_first_closing(whole: Whole) -> None:
    """As the migration leaves it: everything waits, nothing has a digest of its records."""
    whole.crawl()
    conn = whole.archive.conn
    conn.execute("DELETE FROM manifests")
    conn.execute("INSERT INTO unchained SELECT 'capture', record_id, 1 FROM captures")
    conn.execute("INSERT INTO unchained SELECT 'rendition', id, 1 FROM renditions")
    before = conn.execute("SELECT records_sha256 FROM captures").fetchall()
    conn.execute("UPDATE captures SET records_sha256 = NULL")
    conn.execute("UPDATE renditions SET row_sha256 = NULL")
    whole.crawl(NOW + 8 * DAY)
    assert conn.execute("SELECT records_sha256 FROM captures WHERE id <= 5").fetchall() == before
    assert [(m.mode, m.run is None, m.number) for m in manifests(conn)] == [("adopted", True, 1), ("full", False, 2)]
    assert conn.execute("SELECT count(*) FROM renditions WHERE row_sha256 IS NULL").fetchone() == (0,)


def test_removed_and_reordered_manifests(whole: Whole) -> None:
    for number in range(3):
        whole.crawl(NOW + 8 * number * DAY)
    conn = whole.archive.conn
    rows = conn.execute("SELECT * FROM manifests").fetchall()
    head = rows[-1][5]
    assert check(whole, chain_only=True, head=head).damages == ()
    assert check(whole, chain_only=True, head=rows[0][5]).damages == ()  # it has grown since
    conn.execute("DELETE FROM manifests WHERE number = 2")
    assert "manifest 3: it follows number 1: manifests are missing" in messages(check(whole))
    conn.execute("DELETE FROM manifests WHERE number = 3")
    found = check(whole, head=head)
    assert [d.kind for d in found.damages if "manifest" in d.kind] == ["manifest_removed"] * 2
    assert f"manifests: none has the digest {head}: the chain was cut or rewritten" in messages(found)
    conn.execute("DELETE FROM manifests")
    insert = f"INSERT INTO manifests VALUES ({', '.join('?' * len(rows[0]))})"
    conn.executemany(insert, [(n, *row[1:]) for n, row in zip((1, 3, 2), rows, strict=True)])
    assert len(messages(check(whole))) >= 4


def test_a_record_that_was_written_anew_is_found(whole: Whole) -> None:
    """Other words in the file, every digest in the file and in the row made to fit them: only the chain tells."""
    whole.crawl()
    conn, captures = whole.archive.conn, whole.captures
    note = captures.members(2)[0]
    head, _, block = note.data[:-4].partition(b"\r\n\r\n")
    forged = json.dumps(json.loads(block) | {"entry_title": "x"}).encode()
    for old, new in ((block, forged), (str(len(block)).encode(), str(len(forged)).encode())):
        head = head.replace(hashlib.sha256(old).hexdigest().encode(), hashlib.sha256(new).hexdigest().encode())
        head = head.replace(b"Content-Length: " + old, b"Content-Length: " + new)
    head = b"\r\n".join(line for line in head.split(b"\r\n") if not line.startswith(b"WARC-Warcinfo"))
    member = pack_to_length(head + b"\r\n\r\n" + forged + b"\r\n\r\n", note.length, note.back)
    name = conn.execute("SELECT warc_file FROM captures WHERE id = 2").fetchone()[0]
    with (whole.archive.home / "warc" / name).open("r+b") as file:
        file.seek(note.offset)
        file.write(member)
    conn.execute("UPDATE captures SET entry_title = 'x', records_sha256 = ? WHERE id = 2", [captures.records_sha256(2)])
    record = conn.execute("SELECT record_id FROM captures WHERE id = 2").fetchone()[0]
    assert [(d.kind, d.where, d.message) for d in check(whole).damages] == [
        ("chain_row", f"capture {record}", "was changed: it is not what the chain says")
    ]


def test_signatures(tmp_path: Path, signer: Signer) -> None:
    whole = Whole(tmp_path / "home", signer)
    whole.crawl()
    whole.crawl(NOW + 8 * DAY)
    found = check(whole, key=signer.public)
    assert found.damages == ()
    assert found.chain
    assert (found.chain.signed, found.chain.keys) == (2, (signer.public,))
    other = make_key(tmp_path / "other")
    assert messages(check(whole, key=other.public)) == [
        f"manifest {n}: it is signed with another key: {signer.public}" for n in (1, 2)
    ]
    whole.archive.conn.execute("UPDATE manifests SET signature = 'AAAA' WHERE number = 1")
    assert messages(check(whole))[:2] == [
        "manifest 1: its row has another signature than its record", "manifest 1: its signature does not fit",
    ]  # fmt: skip
    whole.signer = None
    whole.crawl(NOW + 16 * DAY)
    assert "manifest 3: it is not signed, those before it are" in messages(check(whole))
    whole.shut()


def test_a_chain_that_is_signed_since_some_time(tmp_path: Path, signer: Signer) -> None:
    whole = Whole(tmp_path / "home")
    whole.crawl()
    whole.signer = signer
    whole.crawl(NOW + 8 * DAY)
    found = check(whole, key=signer.public)
    assert found.damages == ()
    assert found.chain
    assert found.chain.signed == 1
    whole.shut()


def test_a_chain_that_is_not_signed_at_all(whole: Whole, signer: Signer) -> None:
    whole.crawl()
    assert messages(check(whole, key=signer.public)) == ["manifest 1: it is not signed"]


def test_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "key"
    made = make_key(path)
    assert read_public_key(f"{path}.pub") == read_public_key(made.public.upper()) == made.public
    assert is_signed_by(made.public, b"data", load_signer(path).sign(b"data"))
    assert not is_signed_by(made.public, b"date", made.sign(b"data"))
    assert not is_signed_by("00", b"data", "no base64!")
    assert configured_signer() is None
    monkeypatch.setenv("GONGKAI_KEY", str(path))
    assert configured_signer() is not None
    path.chmod(0o640)
    with pytest.raises(KeyUnusable, match="can be read by others"):
        configured_signer()
    with pytest.raises(KeyUnusable, match="exists"):
        make_key(path)
    (tmp_path / "text").write_text("text")
    (tmp_path / "text").chmod(0o600)
    with pytest.raises(KeyUnusable, match="no private key"):
        load_signer(tmp_path / "text")
    with pytest.raises(KeyUnusable, match="no public key"):
        read_public_key("abc")


def test_openssl_checks_a_signature(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    signer = make_key(tmp_path / "key")
    whole = Whole(tmp_path / "home", signer)
    whole.crawl()
    (manifest,) = manifests(whole.archive.conn)
    data = (whole.archive.home / "warc" / manifest.warc_file).read_bytes()
    record = gzip.decompress(data[manifest.warc_offset :][: manifest.warc_length])
    (tmp_path / "manifest").write_bytes(record.split(b"\r\n\r\n", 1)[1][:-4])
    (tmp_path / "signature").write_bytes(base64.b64decode(manifest.signature or ""))
    command = "openssl pkeyutl -verify -pubin -inkey key.pub -rawin -in manifest -sigfile signature"
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode == 0
    whole.shut()


DIES = """
import os, sys
from pathlib import Path
from archive import chain
from tests.archive.rows import add_document, new_archive
from tests.archive.whole import Whole
whole = Whole(Path(sys.argv[1]))
chain._take_out = lambda *_: os.kill(os.getpid(), 9)
whole.crawl()
"""


def test_death_between_a_manifest_and_its_row(tmp_path: Path) -> None:
    """The record is whole in the file, the row is not there: recovery takes it into the chain."""
    assert subprocess.run([sys.executable, "-c", DIES, str(tmp_path)], check=False).returncode == -9
    whole = Whole(tmp_path)
    assert list(manifests(whole.archive.conn)) == []
    recover(whole.archive.db, tmp_path)
    assert [m.number for m in manifests(whole.archive.conn)] == [1]
    assert check(whole).damages == ()
    whole.crawl(NOW + 8 * DAY)
    assert check(whole).damages == ()
    whole.shut()


def test_a_manifest_whose_place_another_took_is_no_damage(tmp_path: Path) -> None:
    assert subprocess.run([sys.executable, "-c", DIES, str(tmp_path)], check=False).returncode == -9
    whole = Whole(tmp_path)
    whole.crawl(NOW + 8 * DAY)
    recover(whole.archive.db, tmp_path)
    assert check(whole).damages == ()
    assert [m.number for m in manifests(whole.archive.conn)] == [1]
    whole.shut()


def test_a_large_run_closes_with_several_manifests(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.chain.MOST", 7)
    whole.crawl()
    assert len(list(manifests(whole.archive.conn))) > 4
    assert check(whole).damages == ()
    assert close_books(whole.archive.db, whole.captures) == []


def test_verbs(tmp_path: Path) -> None:
    command = Command(tmp_path)
    public = command.run("key", "new", "key").stdout.strip()
    assert command.run("key", "show", "key").stdout.strip() == public
    (tmp_path / "a.txt").write_text(
        "关于做好冬季防病工作的通知\n各村：请做好防病工作，及时报送情况，落实责任。\n" * 3, "utf-8"
    )
    assert command.run("import", "a.txt", GONGKAI_KEY=str(tmp_path / "key")).returncode == 0
    done = command.run("verify", "--chain", "--key", "key.pub")
    assert done.returncode == 0
    assert done.stdout.startswith("chain 1 manifest over ")
    assert f"1 signed by {public}, head " in done.stdout
    head = done.stdout.splitlines()[0].split()[-1]
    assert command.run("verify", "--head", head).stdout == "sound\n"
    assert command.run("verify", "--head", "0" * 64).returncode == 1
    (tmp_path / "key").chmod(0o644)
    refused = command.run("import", "a.txt", GONGKAI_KEY=str(tmp_path / "key"))
    assert (refused.returncode, "chmod 600" in refused.stderr) == (1, True)


def test_noting_a_row_costs_the_same_however_many_wait(tmp_path: Path) -> None:
    """A run of 20,000 pages has as many rows wait for its manifest: none of them is read to note one more."""
    db = new_archive(tmp_path)
    add_document(db, "http://a.test/0", "总结", "一。")
    kinds = [kind for (kind,) in db.conn.execute("SELECT DISTINCT kind FROM unchained")]
    assert {"document", "version", "rendition", "capture"} <= set(kinds)
    wait = "INSERT INTO unchained (kind, key) VALUES (?, ?)"
    db.conn.executemany(wait, ((kind, 10**6 + n) for kind in kinds for n in range(5000)))
    db.conn.executemany(wait, ((kind, f"zz{n}") for kind in kinds for n in range(5000)))
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1000

    db.conn.set_progress_handler(step, 1000)
    add_document(db, "http://a.test/1", "总结", "二。")
    assert steps < 10_000
