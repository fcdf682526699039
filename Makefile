# Needs Python 3.11 or later and make; everything else is installed into .venv.
# `make help` lists the targets.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq

# Any of these that is new enough will do; `make PYTHON=/path/to/python test` chooses another.
PYTHON_CANDIDATES := python3 python3.11 python3.12 python3.13 python3.14 python
PYTHON ?=

# Folders that hold Python; one without any is left out, because mypy refuses it.
SOURCES := $(foreach folder,src tests examples benchmarks tools,$(if $(shell find $(folder) -name '*.py' 2>/dev/null),$(folder)))

WORKERS ?= 2
TEST_OPTIONS ?=

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

# ---------------------------------------------------------------- environment

$(VENV)/.created:
	@set -e; python="$(PYTHON)"; \
	if [ -z "$$python" ]; then \
	  for candidate in $(PYTHON_CANDIDATES); do \
	    if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	      python="$$candidate"; break; \
	    fi; \
	  done; \
	fi; \
	if [ -z "$$python" ]; then \
	  echo "Python 3.11 or later is needed, and none of these is: $(PYTHON_CANDIDATES)." >&2; \
	  echo "Install one, or name it: make PYTHON=/path/to/python3.11 <target>" >&2; \
	  exit 1; \
	fi; \
	echo "Creating $(VENV) with $$("$$python" --version)"; \
	if ! "$$python" -m venv --clear $(VENV); then \
	  echo "The virtual environment could not be made. On Debian and Ubuntu: apt install python3-venv" >&2; \
	  exit 1; \
	fi
	@touch $@

# The engine itself is installed as a link to src/, apart from the rest: a link has no hash.
$(VENV)/.run-installed: $(VENV)/.created requirements/run.txt pyproject.toml
	@if [ ! -e $(VENV)/.dev-installed ]; then \
	  echo "Installing what incentive-engine needs to run (requirements/run.txt)"; \
	  $(PIP) install --require-hashes -r requirements/run.txt; \
	fi
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev-installed: $(VENV)/.created requirements/dev.txt pyproject.toml
	@echo "Installing what incentive-engine and its checks need (requirements/dev.txt)"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run-installed

.PHONY: setup
setup: $(VENV)/.dev-installed ## Create .venv with the engine and all development tools

.PHONY: clean
clean: ## Remove .venv and everything else that make has made
	rm -rf $(VENV) site .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

# ----------------------------------------------------------------------- demo

.PHONY: demo
demo: $(VENV)/.run-installed ## Compare two reward policies over an example population
	@$(BIN)/incentive-engine simulate \
	  --baseline rulesets/service-incentives-2026.yaml \
	  --proposal rulesets/service-quality-first.yaml \
	  --snapshots examples/population/snapshots.csv \
	  --by team

# --------------------------------------------------------------------- checks

.PHONY: test
test: lint tests docs ## Run every check
	@echo "All checks passed"

.PHONY: lint
lint: setup ## Check format, style, types, imports and committed text
	@echo "Format and style (ruff)"
	@$(BIN)/ruff format --check --quiet $(SOURCES) || { echo "Run: make format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet $(SOURCES)
	@echo "Types (mypy)"
	@$(BIN)/mypy --no-error-summary $(SOURCES)
	@echo "Imports go downwards (import-linter)"
	@$(BIN)/lint-imports >$(VENV)/imports.log 2>&1 || { cat $(VENV)/imports.log >&2; exit 1; }
	@echo "Committed text"
	@.ci/check-text

.PHONY: tests
tests: setup ## Run the tests, with branch coverage, and the pages of the documentation
	@command -v chromium >/dev/null || echo "Without chromium the tests that open the report in it are skipped"
	@echo "Tests, which reach every branch"
	@$(BIN)/python -m pytest -q -n $(WORKERS) --ignore=tests/docs \
	  --cov=incentive_engine --cov-branch --cov-report=term:skip-covered --cov-fail-under=100 $(TEST_OPTIONS)
	@echo "Pages of the documentation, as their readers take them"
	@$(BIN)/python -m pytest -q -n $(WORKERS) tests/docs $(TEST_OPTIONS)

.PHONY: docs
docs: setup ## Build the documentation into site/
	@echo "Documentation (mkdocs)"
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# ----------------------------------------------------------------- benchmarks

# The other engines would bring .venv to older versions of what it has, so they get an environment of their own.
.PHONY: bench
bench: $(VENV)/.created ## Measure speed, beside the same policy by hand and in other engines
	@set -e; tool=$$(mktemp -d); trap 'rm -rf "$$tool"' EXIT; \
	$(BIN)/python -m venv "$$tool"; \
	pip="$$tool/bin/python -m pip --disable-pip-version-check --no-input -qq"; \
	$$pip install --require-hashes -r requirements/benchmarks.txt; \
	$$pip install --no-deps --no-build-isolation -e .; \
	"$$tool/bin/python" -m benchmarks $(BENCHMARKS)

# ---------------------------------------------------------------- maintenance

.PHONY: format
format: setup ## Format the code and mend what ruff can mend by itself
	@$(BIN)/ruff check --fix-only --quiet $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

# run.txt is compiled within what dev.txt chose, so that either may be installed over the other.
COMPILE = $$tool/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
  --no-header $(if $(UPGRADE),--upgrade)

.PHONY: lock
lock: $(VENV)/.created ## Refresh requirements/*.txt; UPGRADE=1 takes the newest versions
	@set -e; tool=$$(mktemp -d); trap 'rm -rf "$$tool"' EXIT; \
	$(BIN)/python -m venv "$$tool"; \
	"$$tool/bin/python" -m pip --disable-pip-version-check -qq install uv; \
	$(COMPILE) --extra columns --extra excel --extra report pyproject.toml requirements/build.in requirements/dev.in -o requirements/dev.txt; \
	$(COMPILE) pyproject.toml requirements/build.in -c requirements/dev.txt -o requirements/run.txt; \
	$(COMPILE) --extra columns pyproject.toml requirements/build.in requirements/benchmarks.in -o requirements/benchmarks.txt
	@.ci/check-text
