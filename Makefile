# The few commands. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
CATALOGUES := $(shell find src -name '*.po' 2>/dev/null)
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --require-hashes --progress-bar off

PORT ?= 8000
HOST ?= 127.0.0.1
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadscope

.PHONY: help setup dev demo test test-all check fmt bench docs lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(STAMPS)/kefu $(STAMPS)/catalogues ## make .venv with the kefu command
	@echo "ready: $(BIN)/kefu --help"

demo: setup ## run a demonstration centre (PORT=8000 HOST=127.0.0.1)
	@exec $(BIN)/kefu demo --host $(HOST) --port $(PORT)

# The browser tests keep an event loop in their process, so they get processes of their own.
test: dev $(STAMPS)/browser ## everything in about ten minutes
	$(PYTEST) -m "not slow and not browser"
	$(PYTEST) -m "browser and not slow"

test-all: dev $(STAMPS)/browser ## the whole browser matrix, the slow tests, and the database suite on PostgreSQL 15
	$(PYTEST) -m "not browser"
	KEFU_MATRIX=all $(PYTEST) -m browser
	scripts/with-postgresql15 $(BIN)/python -m pytest -m "not browser and not slow"

check: dev ## formatting, lint, types, imports, templates, migrations, translations, documents
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	find src -path '*/templates/*.html' -print0 | xargs -0 -r $(BIN)/djade --target-version 5.2 --check
	$(BIN)/python -m pytest -q tests/architecture

fmt: dev ## format code and templates
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	find src -path '*/templates/*.html' -print0 | xargs -0 -r $(BIN)/djade --target-version 5.2

bench: dev ## measure, as ratios (GROUP=name for one group)
	$(BIN)/python -m bench $(GROUP)

docs: dev ## write the generated tables in docs/
	$(BIN)/python -m kefu.site.docs

lock: ## write requirements*.lock anew (needs pip-tools)
	pip-compile -q $(LOCK) --extra build -o requirements.lock pyproject.toml
	pip-compile -q $(LOCK) --extra build --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

LOCK := --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header \
	--strip-extras --allow-unsafe --no-annotate

clean: ## remove what the tests and tools left
	rm -rf var .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage htmlcov build dist

dev: $(STAMPS)/kefu $(STAMPS)/dev $(STAMPS)/catalogues

$(STAMPS)/venv:
	scripts/make-venv "$(PYTHON)" "$(VENV)"
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/run: $(STAMPS)/venv requirements.lock
	$(INSTALL) -r requirements.lock
	@touch $@

$(STAMPS)/dev: $(STAMPS)/run requirements-dev.lock
	$(INSTALL) -r requirements-dev.lock
	@touch $@

$(STAMPS)/kefu: $(STAMPS)/run pyproject.toml
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/catalogues: $(STAMPS)/kefu $(CATALOGUES)
	$(BIN)/python -m kefu.platform.webui.catalogues compile
	@touch $@

$(STAMPS)/browser: $(STAMPS)/venv
	scripts/system-packages "the browser tests and PDF documents" chromium fonts-noto-cjk libpango-1.0-0 libpangoft2-1.0-0
	@touch $@
