# gongkai: setup demo test check crawl serve datasette screenshots bench lock clean. Each verb does what it needs first, in
# its own .venv:
# a machine with python3 (3.11 or newer, with venv) and make needs nothing else. PYTHON=python3.12 picks another one.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SOURCE ?=
GONGKAI_HOME ?= data
LOCK_FLAGS ?=

.PHONY: setup demo test check crawl serve datasette screenshots bench lock clean
.DEFAULT_GOAL := setup

setup: $(STAMP)
	@:

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "gongkai needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
		{ echo "this Python has no venv: on Debian, apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(PIP) install --require-hashes -r requirements.lock
	@PYTHONWARNINGS=ignore $(PIP) install --no-deps --no-build-isolation -e .  # setuptools warns of every editable one
	@touch $@

demo: setup
	@$(BIN)/python -m tests.demo

test: setup
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

check: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# make crawl SOURCE=zhoushan-wjw; without SOURCE: all of them
crawl: setup
	$(BIN)/gongkai crawl $(SOURCE)

# The archive as a web page, read-only, on this machine: make serve GONGKAI_HOME=demo-data
serve: setup
	@test -f $(GONGKAI_HOME)/archive.db || \
		{ echo "no archive at $(GONGKAI_HOME): make demo, then make serve GONGKAI_HOME=demo-data" >&2; exit 1; }
	$(BIN)/gongkai --home $(GONGKAI_HOME) serve

# The pictures in docs/screenshots, of the demo archive; needs a Chromium and a Chinese font.
screenshots: setup
	@test -f demo-data/archive.db || $(BIN)/python -m tests.demo
	$(BIN)/python -m tests.screenshots

# The archive for analysts, read-only, with its descriptions and canned queries: make datasette GONGKAI_HOME=demo-data
datasette: setup
	@test -f $(GONGKAI_HOME)/archive.db || \
		{ echo "no archive at $(GONGKAI_HOME): make demo, then make datasette GONGKAI_HOME=demo-data" >&2; exit 1; }
	$(BIN)/datasette serve $(GONGKAI_HOME)/archive.db --metadata docs/datasette.json --setting sql_time_limit_ms 60000 \
		--host 127.0.0.1 --port 8766

bench: setup
	$(BIN)/python -m tests.bench

# Keeps the pinned versions that still fit; LOCK_FLAGS=--upgrade takes the newest.
lock: setup
	$(BIN)/uv pip compile pyproject.toml --group dev --generate-hashes --universal --no-emit-index-url \
		--no-annotate --no-header --quiet $(LOCK_FLAGS) -o requirements.lock

# data/ (the archive of real crawls) stays.
clean:
	rm -rf .venv demo-data build dist *.egg-info .bench .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find archive crawler spiders tests -name __pycache__ -prune -exec rm -rf {} +
