"""The floors of the house, read from the imports: who may know whom, and a few rules of tidiness.

5  crawler.cli                                                     everything
4  spiders                                                         scrapy and all floors below
3  crawler                                                         scrapy, archive's public names, floors below
2  crawler.extract, families, source, decode, family, errors       pure: no scrapy, no I/O, no clock, no log
1  archive                                                         no scrapy, no lxml, no crawler
0  archive.model, vocab, errors, clock, regions                      the standard library only
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from crawler.source import parse_source

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ("archive", "crawler", "spiders")
LONGEST = 350

FLOOR_0 = ("archive.model", "archive.vocab", "archive.errors", "archive.clock", "archive.regions")
FLOOR_2 = (
    "crawler.extract",
    "crawler.families",
    "crawler.source",
    "crawler.decode",
    "crawler.plausible",
    "crawler.family",
    "crawler.errors",
)
THIRD_PARTY = {
    0: set(),
    1: {
        "anyio",
        "click",
        "cryptography",
        "jinja2",
        "markupsafe",
        "opencc",
        "orjson",
        "pyarrow",
        "rensa",
        "rich",
        "sqlite_utils",
        "starlette",
        "uvicorn",
        "warcio",
    },
    2: {"chardet", "lxml", "pypinyin", "trafilatura"},
}
ONE_FILE = {
    "trafilatura": "crawler.extract.content",
    "chardet": "crawler.decode",
    "warcio": "archive.captures",
    "cryptography": "archive.signing",
    "opencc": "archive.script",
    "pyarrow": "archive.export.parquet",
    "rensa": "archive.sketch",
    "jinja2": "archive.web.templating",
    "uvicorn": "archive.web.serving",
    "pypinyin": "crawler.extract.repair",
    "pebble": "crawler.pool",
}
IMPURE = {
    "asyncio", "http", "logging", "multiprocessing", "os", "pathlib", "random", "shutil", "socket", "sqlite3",
    "subprocess", "tempfile", "threading", "time",
}  # fmt: skip
IMPURE_BUT = {("crawler.extract.revision", "pathlib")}  # digests the rules, which are files of this very package
PURE_OF_ARCHIVE = {*FLOOR_0, "archive.script"}
CLOCK_CALLS = {"now", "today", "utcnow"}
SHUNNED = {"util", "utils", "helper", "helpers", "common", "core", "misc", "manager", "handler", "handlers"}


@dataclass(frozen=True, slots=True)
class Import:
    """``module`` imports ``name`` from ``origin`` (name None: ``import origin``)."""

    module: str
    origin: str
    name: str | None
    line: int

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.origin}{f'.{self.name}' if self.name else ''}"


def files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def path_of(module: str) -> Path | None:
    """The file of a module of this project, None for a module of somebody else (or none at all)."""
    base = ROOT.joinpath(*module.split("."))
    return next((path for path in (base / "__init__.py", base.with_suffix(".py")) if path.exists()), None)


def imports_of(path: Path) -> Iterator[Import]:
    """Every import in a file, also those inside functions and those for type checking only."""
    module = module_of(path)
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (Import(module, alias.name, None, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: imports are absolute here"
            yield from (Import(module, str(node.module), alias.name, node.lineno) for alias in node.names)


def imports(*folders: str) -> list[Import]:
    return [found for path in files(*folders) for found in imports_of(path)]


def within(module: str, rooms: tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


def floor(module: str) -> int:
    if module.startswith("archive"):
        return 0 if within(module, FLOOR_0) else 1
    if within(module, FLOOR_2):
        return 2
    if module == "crawler.cli":
        return 5
    return 4 if module.startswith("spiders") else 3


def target(found: Import) -> str:
    """The module of this project that an import reaches: ``from archive import model`` reaches archive.model."""
    whole = f"{found.origin}.{found.name}"
    return whole if found.name and path_of(whole) else found.origin


def exported(path: Path) -> list[str] | None:
    """The names of ``__all__``, None where a module has none."""
    for node in tree_of(path).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(t, ast.Name) and t.id == "__all__" for t in targets):
            assert isinstance(node, ast.Assign | ast.AnnAssign)
            assert node.value is not None
            return list(ast.literal_eval(node.value))
    return None


def own(found: Import) -> bool:
    return found.origin.split(".")[0] in PRODUCT


def test_there_is_something_to_check() -> None:
    assert len(files(*PRODUCT)) > 15
    assert {floor(module_of(path)) for path in files(*PRODUCT)} >= {0, 1, 2}


def test_nobody_imports_a_higher_floor() -> None:
    wrong = [f for f in imports(*PRODUCT) if own(f) and floor(target(f)) > floor(f.module)]
    assert not wrong, "\n".join(map(str, wrong))


def test_archive_knows_neither_crawler_nor_scrapy() -> None:
    foreign = {"scrapy", "twisted", "lxml", "crawler", "spiders"}
    wrong = [f for f in imports("archive") if f.origin.split(".")[0] in foreign]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("number", [0, 1, 2])
def test_third_party_libraries_of_a_floor(number: int) -> None:
    allowed = {*THIRD_PARTY[number], *PRODUCT, *sys.stdlib_module_names}
    wrong = [f for f in imports(*PRODUCT) if floor(f.module) == number and f.origin.split(".")[0] not in allowed]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize(("library", "only"), ONE_FILE.items())
def test_one_library_is_known_by_one_file(library: str, only: str) -> None:
    knowing = {f.module for f in imports(*PRODUCT) if f.origin.split(".")[0] == library}
    assert knowing <= {only}


def test_only_the_command_and_spiders_know_spiders() -> None:
    wrong = [f for f in imports("crawler") if f.origin.split(".")[0] == "spiders" and f.module != "crawler.cli"]
    assert not wrong, "\n".join(map(str, wrong))


def test_reading_is_pure() -> None:
    """No I/O, no log, no clock on floor 2, and of the archive only what is pure itself."""
    wrong = [
        str(f)
        for f in imports("crawler")
        if floor(f.module) == 2
        and (
            (f.origin.split(".")[0] in IMPURE and (f.module, f.origin) not in IMPURE_BUT)
            or f.origin == "urllib.request"
            or (f.origin.split(".")[0] == "archive" and target(f) not in PURE_OF_ARCHIVE)
        )
    ]
    assert not wrong, "\n".join(wrong)


def test_reading_calls_neither_clock_nor_open() -> None:
    wrong = []
    for path in files("crawler"):
        if floor(module_of(path)) != 2:
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call):
                called = node.func
                if (isinstance(called, ast.Attribute) and called.attr in CLOCK_CALLS) or (
                    isinstance(called, ast.Name) and called.id in {"open", "print", "input"}
                ):
                    wrong.append(f"{module_of(path)}:{node.lineno} calls {ast.unparse(called)}")
    assert not wrong, "\n".join(wrong)


def test_only_public_names_are_imported() -> None:
    """What another module of this project gives is in its ``__all__`` (a module of a package may be named, too)."""
    wrong = []
    for found in imports(*PRODUCT, "tests"):
        path = path_of(found.origin) if own(found) and found.name else None
        if path is None or path_of(f"{found.origin}.{found.name}"):
            continue
        if found.name not in (exported(path) or []):
            wrong.append(str(found))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", files(*PRODUCT), ids=module_of)
def test_module_says_what_it_is_for_and_what_it_gives(path: Path) -> None:
    tree = tree_of(path)
    assert ast.get_docstring(tree), "the first lines of a module say what it is for"
    names = exported(path)
    assert names is not None or len(tree.body) == 1, "a module with contents has an __all__"
    for name in names or []:
        assert name in defined(tree), f"__all__ names {name}, which is not there"


def defined(tree: ast.Module) -> set[str]:
    """Names bound at the top of a module, those for type checking included (a package may load them lazily)."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            found.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


def test_every_test_file_says_what_it_is_for() -> None:
    trees = {module_of(path): tree_of(path) for path in files("tests")}
    assert not [module for module, tree in trees.items() if tree.body and not ast.get_docstring(tree)]


def test_no_file_is_too_long() -> None:
    lengths = {module_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files(*PRODUCT, "tests")}
    too_long = {module: lines for module, lines in lengths.items() if lines > LONGEST}
    assert not too_long


def test_no_room_for_odds_and_ends() -> None:
    paths = [path.relative_to(ROOT) for path in files(*PRODUCT, "tests")]
    wrong = [str(path) for path in paths if SHUNNED & {*path.parts[:-1], path.stem}]
    assert not wrong
    classes = [
        f"{module_of(path)}.{node.name}"
        for path in files(*PRODUCT)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Manager", "Handler", "Helper", "Util", "Utils"))
    ]
    assert not classes


def test_shipped_sources_say_where_their_addresses_were_seen() -> None:
    paths = sorted((ROOT / "spiders" / "sources").glob("*.toml"))
    assert paths
    for path in paths:
        source = parse_source(path.read_text(encoding="utf-8"), path.name)
        assert source.seen_at, f"{path.name}: no guessed addresses"
        assert source.fetch.delay is None or source.fetch.delay >= 1
