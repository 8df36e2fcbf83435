"""``gongkai verify`` and ``key``: whether the archive is what it was, and the key that signs what it says of itself."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from archive import printing
from archive.options import home_option, opened, reports_errors, stop
from archive.signing import load_signer, make_key, read_public_key
from archive.verify import Verification
from archive.verify import verify as verify_archive
from archive.verify_chain import Chain

__all__ = ["key", "verify"]

TICK = 0.2  # seconds between two lines of progress


@click.command(short_help="Check every stored byte and row, and the chain over them.")
@click.option("--chain", is_flag=True, help="Only what the hash chain speaks of; prints the chain's head")
@click.option("--head", metavar="SHA256", help="A head that was written down: the chain must hold that manifest")
@click.option("--key", metavar="PUBLIC", help="Public key (64 hex digits or a PEM file) that must have signed")
@home_option
@reports_errors
def verify(chain: bool, head: str | None, key: str | None, home: Path) -> None:
    """Read the whole archive and compare it with its digests: every WARC record, every row, every manifest of a run."""
    public = read_public_key(key) if key else None
    progress = _Progress()
    with opened(home) as db:
        found = verify_archive(
            db, home, chain_only=chain, head=head.lower() if head else None, key=public, ticking=progress.tick
        )
    progress.end()
    _print_damages(found)
    if found.chain is not None:
        click.echo(_chain_line(found.chain), err=not chain)
    if not found.sound:
        stop(f"{printing.counted(len(found.damages), 'damage')} found", 1)
    click.echo("sound")


def _print_damages(found: Verification) -> None:
    for damage in found.damages:
        hope = "can be rebuilt" if damage.rebuildable else "cannot be rebuilt"
        said = printing.shown(f"{damage.where}: {damage.message} ({hope})")
        click.echo(f"{click.style(damage.kind, fg='red')}  {said}")
    looked = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in found.checked.items())
    click.echo(f"checked {looked}", err=True)


def _chain_line(chain: Chain) -> str:
    if chain.head is None:
        return "no chain yet: the next run that closes begins it"
    signed = f", {chain.signed} signed by {' '.join(chain.keys)}" if chain.signed else ", none signed"
    waiting = f", {chain.waiting:,} rows wait for the next manifest" if chain.waiting else ""
    rebuilt = f", rebuilt on {chain.rebuilt_at}" if chain.rebuilt_at else ""
    count = printing.counted(chain.manifests, "manifest")
    return f"chain {count} over {chain.rows:,} rows{signed}{waiting}{rebuilt}, head {chain.head}"


class _Progress:
    """One line on a terminal, written over; nothing elsewhere."""

    def __init__(self) -> None:
        self.shown = sys.stderr.isatty()
        self.next = 0.0

    def tick(self, what: str, done: int) -> None:
        if self.shown and time.monotonic() >= self.next:
            self.next = time.monotonic() + TICK
            sys.stderr.write(f"\r\x1b[Kverifying {what}: {done:,}\r")
            sys.stderr.flush()

    def end(self) -> None:
        if self.shown:
            sys.stderr.write("\r\x1b[K")


@click.group(short_help="Make or show the key that signs manifests and tombstones.")
def key() -> None:
    """Ed25519 keys. GONGKAI_KEY names the private key's file; with it every manifest and tombstone is signed."""


@key.command()
@click.argument("file", type=click.Path(path_type=Path))
@reports_errors
def new(file: Path) -> None:
    """Make a key: the private one in FILE (keep it), the public one in FILE.pub (give it away). Prints the latter."""
    signer = make_key(file)
    click.echo(signer.public)
    click.echo(f"private key in {file}, public key in {file}.pub; sign with GONGKAI_KEY={file.resolve()}", err=True)


@key.command("show")
@click.argument("file", type=click.Path(path_type=Path))
@reports_errors
def show_key(file: Path) -> None:
    """Print the public key of the private key in FILE."""
    click.echo(load_signer(file).public)
