# What people and CI run. Needs Python 3.11 or newer and Node 20 or newer; installs the rest here.
#
#   make lab     open JupyterLab on the examples, with the panel there
#   make test    every check there is
#   make bench   measure; CORPUS=DIR names a folder of notebooks to measure on
#   make docs    build the user guide into site/
#   make screenshots  take the pictures of the README and the guide again
#   make format  put Python and the front end into shape
#   make clean   remove what these commands made
#
# A second run skips what is there: a file named .installed, .built or .linked says a step was done.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help install build lab test bench screenshots docs format clean \
	check-python check-layers check-front-end check-types test-python test-front-end test-ui

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JLPM := jlpm
CORPUS ?=

# jupyter, jlpm and ruff of this tree, wherever a command is started from.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
unexport PYTHONHOME PYTHONPATH

help:
	@sed -n 's/^#   //p' Makefile

# ---- Installing and building ----

install: $(VENV)/.installed node_modules/.installed

build: $(VENV)/.linked lib/.built

$(VENV)/.installed: pyproject.toml jupyter-config/server-config/jupyter_nbquality.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, $(PYTHON) is " + sys.version.split()[0] + ": name another one with make PYTHON=...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@mkdir -p jupyter_nbquality/labextension
	SKIP_JUPYTER_BUILDER=1 $(BIN)/python -m pip install --quiet --disable-pip-version-check \
		'jupyter-builder>=1.3,<2' --editable '.[test,docs,bench]'
	@rm -f $(VENV)/.linked
	@touch $@

node_modules/.installed: package.json yarn.lock .yarnrc.yml | $(VENV)/.installed
	@node -e 'if (parseInt(process.versions.node) < 20) { console.error("Node 20 or newer is needed, this is " + process.version); process.exit(1) }'
	$(JLPM) install --immutable
	@touch $@

FRONT_END := $(shell find src schema style -type f 2>/dev/null)

lib/.built: $(FRONT_END) tsconfig.json install.json node_modules/.installed
	$(JLPM) build:lib:prod
	$(JLPM) build:labextension
	@touch $@

$(VENV)/.linked: | $(VENV)/.installed lib/.built
	$(BIN)/jupyter-builder develop . --overwrite
	@touch $@

# ---- JupyterLab ----

lab: build
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) examples/

# ---- Checks ----

test: check-python check-layers test-python check-front-end check-types test-front-end test-ui
	@echo 'All checks passed.'

check-python: $(VENV)/.installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

check-layers: $(VENV)/.installed
	$(BIN)/lint-imports

test-python: build
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

check-front-end: node_modules/.installed ui-tests/node_modules/.installed
	$(JLPM) lint:check
	$(JLPM) check:types

check-types: node_modules/.installed
	@if [ -f jupyter_nbquality/server/typescript.py ]; then \
		set -x; $(BIN)/python -m jupyter_nbquality.server.typescript --check; fi

test-front-end: node_modules/.installed
	$(JLPM) test

ui-tests/node_modules/.installed: ui-tests/package.json ui-tests/yarn.lock ui-tests/.yarnrc.yml | $(VENV)/.installed
	cd ui-tests && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 $(JLPM) install --immutable
	@touch $@

test-ui: build ui-tests/node_modules/.installed
	cd ui-tests && ./run

# ---- Measuring, documenting, tidying ----

screenshots: build ui-tests/node_modules/.installed
	cd ui-tests && NBQUALITY_SCREENSHOTS=1 ./run pictures
	cp ui-tests/screenshots/guide-light.png docs/images/panel.png
	cp ui-tests/screenshots/guide-dark.png docs/images/panel-dark.png

bench: build
	$(BIN)/python -m benchmarks $(if $(CORPUS),--corpus '$(CORPUS)')

docs: $(VENV)/.installed
	$(BIN)/mkdocs build --strict

format: install
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format
	$(JLPM) lint

clean:
	rm -rf $(VENV) node_modules ui-tests/node_modules lib jupyter_nbquality/labextension tsconfig.tsbuildinfo \
		build dist site coverage ui-tests/screenshots ui-tests/test-results ui-tests/playwright-report \
		.mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
