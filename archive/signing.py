"""Ed25519 signatures of manifests and tombstones. The only file that knows ``cryptography``, loaded at the first use.

The private key is a PEM file (PKCS 8, no passphrase) that only its owner may read; ``GONGKAI_KEY`` names it. A public
key is written as 64 hex digits wherever a person or a column holds one; ``gongkai key new`` writes it as PEM too, for
``openssl``. What is signed are the bytes themselves, so that ``openssl pkeyutl -verify -rawin`` can check them.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import KeyUnusable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["Signer", "configured_signer", "is_signed_by", "load_signer", "make_key", "read_public_key"]

VARIABLE = "GONGKAI_KEY"
HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Signer:
    """``public``: the public key as hex."""

    private: Ed25519PrivateKey
    public: str

    def sign(self, data: bytes) -> str:
        """The signature in base64."""
        return base64.b64encode(self.private.sign(data)).decode()


def configured_signer() -> Signer | None:
    """The signer of this machine; None where no key is configured. Raises KeyUnusable."""
    path = os.environ.get(VARIABLE)
    return load_signer(Path(path)) if path else None


def load_signer(path: Path) -> Signer:
    """Raises KeyUnusable where the file is not there, is open to others or holds no Ed25519 key."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            data = file.read()
    except OSError as error:
        raise KeyUnusable(f"cannot read the key {path}: {error}; {VARIABLE} must name a file that is there") from error
    if mode & 0o077:
        raise KeyUnusable(f"{path} can be read by others (mode {mode:o}): chmod 600 it")
    try:
        private = load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnusable(f"{path} is no private key without passphrase: `gongkai key new FILE` makes one") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyUnusable(f"{path} is no Ed25519 key: `gongkai key new FILE` makes one")
    return Signer(private, private.public_key().public_bytes_raw().hex())


def make_key(path: Path) -> Signer:
    """Write a new private key to ``path`` (mode 600) and its public key to ``path``.pub. Raises KeyUnusable where one
    of them exists already or cannot be written."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _write_new(path, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
    _write_new(path.with_name(f"{path.name}.pub"), public, 0o644)
    return Signer(private, private.public_key().public_bytes_raw().hex())


def read_public_key(named: str) -> str:
    """The public key that ``named`` is (64 hex digits) or that the PEM file of that name holds, as hex.

    Raises KeyUnusable.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if HEX.fullmatch(named.lower()):
        return named.lower()
    try:
        key = load_pem_public_key(Path(named).read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnusable(f"{named} is no public key: give its 64 hex digits or a PEM file ({error})") from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnusable(f"{named} is no Ed25519 public key")
    return key.public_bytes_raw().hex()


def is_signed_by(public: str, data: bytes, signature: str) -> bool:
    """Whether ``signature`` (base64) of ``data`` was made with the private key of ``public`` (hex)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(base64.b64decode(signature, validate=True), data)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def _write_new(path: Path, data: bytes, mode: int) -> None:
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(fd, "wb") as file:
            file.write(data)
    except OSError as error:
        raise KeyUnusable(f"cannot write {path}: {error}") from error
