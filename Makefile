# Everything a newcomer needs: `make run`, `make test`. The rest are parts of those two.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

.PHONY: run test test-slow ui lint format bench fortnight shots clean

run: $(VENV)/.run
	$(BIN)/tintinh demo

test: $(VENV)/.dev lint
	$(BIN)/python -m pytest -n 2 --dist worksteal

test-slow: $(VENV)/.slow
	$(BIN)/python -m pytest -m slow --ignore tests/benchmarks --timeout 900

ui: $(VENV)/.run
	$(BIN)/tintinh ui

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev
	$(BIN)/python -m pytest tests/benchmarks -m slow -s

# Two simulated weeks without a hand on it (docs/fortnight.md), some twenty minutes on two cores.
fortnight: $(VENV)/.dev
	cd tests && $(abspath $(BIN))/python -m fortnight

# The pictures of docs/ui.md, from a real browser (Chromium has to be installed).
shots: $(VENV)/.slow
	TINTINH_SHOTS=docs/ui $(BIN)/python -m pytest -m slow tests/integration/test_ui_browser.py

# The checks come first because pip's own messages for them are hard to read.
$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "tintinh needs Python 3.11 or newer; '$(PYTHON)' was not found. Install it, or name it: make run PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "tintinh needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Name a newer one: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "'$(PYTHON)' has no venv module. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing tintinh and its pinned dependencies into $(VENV) (about a minute) ..."
	$(PIP) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) --editable '.[dev]'
	@touch $@

$(VENV)/.slow: $(VENV)/.dev
	$(PIP) --editable '.[dev,slow]'
	@touch $@

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache
