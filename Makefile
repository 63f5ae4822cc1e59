# Each target does its own set-up: .venv is made once and filled again only when requirements change.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run demo test lint bench clean

run: .venv/runtime
	$(BIN)/python -m crm_core serve

demo: .venv/runtime
	CRM_HOME=$${CRM_HOME:-data/var/demo} $(BIN)/python -m crm_core serve --demo

test: .venv/development
	sh tests/packages.sh
	$(BIN)/python tests/everything.py

lint: .venv/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	@if [ -f ../shared/smells.sh ]; then PATH="$(CURDIR)/$(BIN):$$PATH" bash ../shared/smells.sh || true; else echo "smells: the reference folder is not here, skipped"; fi

bench: .venv/development
	$(BIN)/python -m tests.benchmarks

clean:
	rm -rf .venv build

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; found: $$($(PYTHON) --version 2>&1)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; sh tests/packages.sh venv && $(PYTHON) -m venv .venv; }

# A stamp holds the requirements that were installed, so starting again installs nothing.
.venv/runtime: requirements.txt | .venv/bin/python
	@cmp -s requirements.txt .venv/runtime || { echo "Installing what the product runs on (once)…"; $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt; }
	@cp requirements.txt .venv/runtime

.venv/development: requirements.txt requirements-dev.txt | .venv/bin/python
	@cat requirements.txt requirements-dev.txt | cmp -s - .venv/development || { echo "Installing what the tests need (once)…"; $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt; }
	@cat requirements.txt requirements-dev.txt > .venv/development
	@cp requirements.txt .venv/runtime
