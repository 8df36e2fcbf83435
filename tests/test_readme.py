"""The README says what there is: its verbs, its families, its make verbs, its source file."""

from __future__ import annotations

import re
from pathlib import Path

from crawler.cli import gongkai
from crawler.families import FAMILIES
from crawler.source import parse_source

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
SOURCES = (ROOT / "docs" / "sources.md").read_text("utf-8")


def test_every_verb_stands_in_the_readme_and_every_verb_there_exists() -> None:
    named = set(re.findall(r"gongkai ([a-z]+)\b", README)) - {"crawls"}
    assert named == set(gongkai.commands)


def test_every_option_in_the_readme_exists() -> None:
    options = {option for command in gongkai.commands.values() for p in command.params for option in p.opts}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))
    assert named <= options | {"--home"}


def test_every_make_verb_in_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for verb in set(re.findall(r"\bmake ([a-z]+)", README)):
        assert re.search(rf"^{verb}:", makefile, re.MULTILINE), verb


def test_the_families_in_the_docs_are_those_that_work() -> None:
    table = SOURCES.split("## Families")[1]
    assert set(re.findall(r"^\| `(\w+)` ", table, re.MULTILINE)) == set(FAMILIES)


def test_the_source_files_in_the_docs_are_good() -> None:
    for text in (README, SOURCES):
        toml = next(block for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "homepage" in block)
        assert parse_source(toml, "example.toml").columns


def test_the_links_in_the_docs_lead_somewhere() -> None:
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"
