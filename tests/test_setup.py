"""The lock file: every dependency pinned with hashes, and nothing in it that names a host or a machine."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def pinned() -> dict[str, tuple[str, int]]:
    """Name → version and number of hashes."""
    found: dict[str, tuple[str, int]] = {}
    for block in re.split(r"\n(?=\S)", LOCK.strip()):
        head = re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)", block)
        assert head, f"not a pinned requirement: {block.splitlines()[0]}"
        found[canonicalize_name(head[1])] = (head[2], block.count("--hash=sha256:"))
    return found


def test_every_pin_has_its_hashes() -> None:
    assert all(hashes for _, hashes in pinned().values())


def test_no_host_and_no_path_of_a_machine() -> None:
    assert not re.findall(r"://|--index-url|--extra-index-url|--find-links|^#|\s/\w", LOCK, re.MULTILINE)


def test_every_dependency_is_pinned_within_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    versions = pinned()
    for text in wanted:
        requirement = Requirement(text)
        assert canonicalize_name(requirement.name) in versions, f"{text} is not pinned: make lock"
        version, _ = versions[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{text}, but {version} is pinned: make lock"
