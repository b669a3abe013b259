# What people do with Homeward. `make` lists it.

ADDRESS ?= localhost
PORT ?= 8501
PYTEST_ARGS ?=
ADVISORIES ?=
# Not the one of an activated .venv, which has no pip of its own.
PYTHON ?= $(shell PATH="$$(printf %s "$$PATH" | sed 's|$(CURDIR)/.venv/bin:||g')"; command -v python3.11 || command -v python3 || command -v python)

BIN := .venv/bin
# An app that listens on every network of this machine is reached under one of its addresses.
SHOWN = $(if $(filter 0.0.0.0 ::,$(ADDRESS)),$(or $(firstword $(shell hostname -I 2>/dev/null)),localhost),$(ADDRESS))

.DEFAULT_GOAL := help
.PHONY: help run test quick lint format bench bench-live bench-faults screenshots lock sbom audit clean

help: ## list what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/run ## start the app with sample data (ADDRESS, PORT, DATABASE_URL, HOMEWARD_EDITION, HOMEWARD_ADDRESS)
	@echo "Homeward is starting at http://$(SHOWN):$(PORT) (Ctrl+C ends it)"
	@HOMEWARD_ADDRESS="$${HOMEWARD_ADDRESS-http://$(SHOWN):$(PORT)}" \
		exec $(BIN)/streamlit run app.py --server.address=$(ADDRESS) --server.port=$(PORT) --browser.serverAddress=$(SHOWN)

test: .venv/test ## install what the tests need, and run them (PYTEST_ARGS)
	@sh tests/install
	$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder $(PYTEST_ARGS)

# Compiled once and kept, even where a shell says not to: to compile the tests takes as long as to read the rest of them.
test quick: export PYTHONDONTWRITEBYTECODE =

# Whole folders of what is slow are not even read.
quick: .venv/test ## the tests of the rules only: no browser, no server, no page
	$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 -m "not slow" $(RULES) $(PYTEST_ARGS)

RULES = --ignore=tests/browser --ignore=tests/security --ignore=tests/supply

lint: .venv/test ## style, types, the import rules, and no test left out
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@! grep -rnE 'pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b' tests --include='*.py' \
		|| { echo 'A test that is skipped proves nothing: repair it or remove it.'; exit 1; }

format: .venv/test ## put the code into its style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/test ## measure how quick it is; one JSON object a line
	@$(BIN)/python -m tests.bench

bench-live: .venv/test ## measure how quickly news reaches every other screen while all score, and hold the messy meeting
	@$(BIN)/python -m tests.load.live
	@sh tests/install >&2
	@$(BIN)/python -m pytest -q tests/browser/messy_meeting.py >&2

bench-faults: .venv/test ## break what can break under a meeting, and put into docs/reliability.md what was lost (as root)
	@$(BIN)/python -m tests.load.breaking --write

screenshots: .venv/test ## take the pictures for the README anew
	@sh tests/install
	$(BIN)/python -m tests.screenshots

lock: .venv/test ## pin and hash what pyproject.toml asks for, with all that it brings along (UPGRADE=all or a package's name)
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --output-file requirements.txt
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt
	$(MAKE) .venv/test
	$(BIN)/python -m tests.supply.licences

sbom: .venv/test .venv/bare/pyvenv.cfg ## write homeward.cdx.json, a bill of materials (CycloneDX) of what runs
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file homeward.cdx.json .venv/bare

audit: .venv/test ## look the locked packages up in a downloaded list of known faults (ADVISORIES=all.zip)
	@$(BIN)/python -m tests.supply.audit $(ADVISORIES)

clean: ## remove what can be made again (never data/)
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The same versions as before, but for what was asked to be upgraded; for every platform; no index is named.
LOCK = --quiet --universal --python-version 3.11 --generate-hashes --annotation-style line --custom-compile-command "make lock" \
	$(if $(UPGRADE),$(if $(filter all,$(UPGRADE)),--upgrade,--upgrade-package $(UPGRADE)))

# Installed again when a requirements file has changed. Python's own pip installs into the environment from outside, so
# that nothing is needed but Python and pip (Debian keeps what `venv` would need for a pip inside in another package).
.venv/run: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip .venv
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/test: requirements-dev.txt .venv/run
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# What runs and nothing else: .venv has the tools for tests, too.
.venv/bare/pyvenv.cfg: requirements.txt
	$(PYTHON) -m venv --clear --without-pip .venv/bare
	$(PYTHON) -m pip --python .venv/bare/bin/python install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@
