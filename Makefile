# Everything that a checkout needs: `make demo` and `make test` set themselves up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
RUN := $(BIN)/python -m knockon

.PHONY: help setup demo test check lint types layers unit integration test-all bench web wheel lock docs client clean

help:
	@echo "make demo   set up, start the managed Neo4j, ingest the sample company, answer questions"
	@echo "make test   lint, types, layers, unit and integration tests (on a real Neo4j that they start)"
	@echo "make test-all  the long ones too: killed servers, backups, a hostile network, erasing"
	@echo "make check  lint, types and layers only        make bench  the benchmarks, with their peers"
	@echo "make web    build the page from web/ into api/page/static (Node comes as a package)"
	@echo "make wheel  build the wheel and try it          make lock   resolve the dependencies anew"

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "knockon needs Python 3.11 or later; this is " + sys.version.split()[0])'
	@test -x $(BIN)/python || (echo "Making $(VENV) …" && $(PYTHON) -m venv $(VENV))
	@echo "Installing the locked packages (1.3 GB on disk, the first time only) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.5"
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --require-hashes -r requirements-dev.lock
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@echo "The command is $(CURDIR)/$(BIN)/knockon; . $(BIN)/activate puts it on the path."
	@touch $(READY)

setup: $(READY)

demo: setup
	@$(RUN) demo knockon-demo

lint: setup
	@echo "— lint"
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: setup
	@echo "— types"
	@$(BIN)/mypy

layers: setup
	@echo "— layers"
	@$(BIN)/lint-imports --no-logo

check: lint types layers

unit: setup
	@echo "— unit tests"
	@$(BIN)/pytest tests/unit

integration: setup
	@echo "— integration tests (a real Neo4j is started)"
	@$(BIN)/pytest tests/integration

# They start and kill servers of their own, load the API, or ingest AdventureWorks once more: `make test-all` has them.
LONG := $(addprefix tests/integration/test_,pipeline_crash.py pipeline_sequences.py server.py server_commands.py \
	backup.py api_hostile.py api_access.py api_attacks.py api_outages.py privacy.py onboarding.py onboarding_adventureworks.py onboarding_large.py \
	measures_adventureworks.py)

# Random tests try the same cases each time here, so that a run tells of the change; `make test-all` looks for new ones.
# The unit tests run beside the integration tests; what they said comes after.
test: check
	@echo "— tests: the integration tests (on a real Neo4j that they start), and beside them the unit tests"
	@$(BIN)/pytest tests/unit --hypothesis-profile=ci --durations=10 >$(VENV)/unit-tests.log 2>&1 & unit=$$!; \
	$(BIN)/pytest tests/integration $(addprefix --ignore=,$(LONG)) --hypothesis-profile=ci --durations=25; failed=$$?; \
	wait $$unit || failed=1; echo "— unit tests"; cat $(VENV)/unit-tests.log; exit $$failed

test-all: check
	@$(BIN)/pytest tests --durations=25

bench: setup
	@$(BIN)/python -m bench

web: setup
	@echo "— page"
	@$(BIN)/python web/build.py

wheel: setup
	@$(BIN)/python -m build --no-isolation --outdir dist .

lock: setup
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -o requirements-dev.lock

docs: setup
	@$(BIN)/python -m ontology.document && $(BIN)/python -m api.cli.document

client: setup
	@$(BIN)/python -m api.client

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
