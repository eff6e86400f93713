# Everything that sets up, runs and checks the project. `make` alone lists the targets.
# Variables: PORT, THINKA_DATA_DIR, DATABASE_URL, ELASTICSEARCH_URL, THINKA_DEMO_PASSWORD (make run),
# ARGS (more arguments for pytest, make test), SIZES, BENCH, BENCH_ENTRIES, BENCH_ROUNDS,
# BENCH_REQUESTS (make bench; smaller numbers are for a short run), PYTHON (which Python makes
# .venv).

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
SIZES := 10000 100000
BENCH :=
SOURCES := cms search thinka_site tests tools setup.py manage.py
# The lock is made from the registry alone, whatever else this machine's pip is set up to look at,
# and names no registry, so that it can be installed from any mirror.
LOCK := env -u PIP_FIND_LINKS CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- run ---------------------------------------------------------------------------------------

.PHONY: run
run: $(VENV)/installed-run ## set everything up and serve the guide with examples on port 8000
	@$(BIN)/python -m tools.run

.PHONY: frontend
frontend: $(VENV)/installed-run ## serve the example of a front end on port 8100, beside make run
	@echo "http://127.0.0.1:8100/ (examples/frontend, liest http://127.0.0.1:8000/api)"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory examples/frontend 8100

.PHONY: elasticsearch
elasticsearch: $(VENV)/installed-run ## start Elasticsearch in the background (or find it), print its address
	@$(BIN)/python -m tools.elasticsearch start

.PHONY: elasticsearch-stop
elasticsearch-stop: $(VENV)/installed-run ## stop that Elasticsearch; its data is kept
	@$(BIN)/python -m tools.elasticsearch stop

# --- check -------------------------------------------------------------------------------------

.PHONY: test
test: $(VENV)/installed-dev ## run all tests, with real servers (ARGS="-k suche" chooses some)
	@$(BIN)/python -m tools.test $(ARGS)

.PHONY: record
record: $(VENV)/installed-dev ## record the API's examples anew, in tests/contract/http/ and docs/api*
	@THINKA_RECORD=1 $(BIN)/python -m pytest -q tests/contract -k "recorded or shown or real_client"

.PHONY: fuzz
fuzz: $(VENV)/installed-dev ## ask the API what schemathesis makes up (EXAMPLES=100 for each operation and person)
	@THINKA_EXAMPLES=$(or $(EXAMPLES),100) $(BIN)/python -m pytest -q tests/contract/test_schemathesis.py

.PHONY: bench
bench: $(VENV)/installed-dev ## measure import, search and permissions (SIZES="10000 100000 1000000", BENCH=bench_search)
	@BENCH_SIZES="$(SIZES)" $(BIN)/python -m tools.bench $(BENCH)

.PHONY: relevance
relevance: $(VENV)/installed-dev ## print how well search finds what is meant, by kind of query
	@DJANGO_SETTINGS_MODULE=thinka_site.settings.test $(BIN)/python -m tests.relevance.report

.PHONY: kill-test
kill-test: $(VENV)/installed-dev ## kill processes 200 times while people work, on both engines, then compare
	@$(BIN)/python -m tests.faults.kill $(ARGS)

.PHONY: check
check: lint types contracts migrations-check deploy-check ## run all static checks

.PHONY: lint
lint: $(VENV)/installed-dev ## check style and format of the Python files
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

.PHONY: format
format: $(VENV)/installed-dev ## put the Python files into the common format
	@$(BIN)/ruff check --fix --select I .
	@$(BIN)/ruff format .

.PHONY: types
types: $(VENV)/installed-dev ## check types (mypy, strict)
	@$(BIN)/mypy

.PHONY: contracts
contracts: $(VENV)/installed-dev ## check who imports whom (import-linter)
	@$(BIN)/lint-imports

.PHONY: migrations-check
migrations-check: $(VENV)/installed-dev ## check that the models have all their migrations
	@DJANGO_SETTINGS_MODULE=thinka_site.settings.test $(BIN)/python manage.py makemigrations --check --dry-run

.PHONY: deploy-check
deploy-check: $(VENV)/installed-dev ## check the production settings with Django's own list
	@DJANGO_SETTINGS_MODULE=thinka_site.settings.production ALLOWED_HOSTS=example.org \
		SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

# --- make --------------------------------------------------------------------------------------

.PHONY: lock
lock: $(VENV)/installed-dev ## renew requirements/*.txt from pyproject.toml (UPGRADE=--upgrade for newer versions)
	$(LOCK) $(UPGRADE) --extra site --output-file requirements/run.txt pyproject.toml
	$(LOCK) $(UPGRADE) --extra site --extra dev --constraint requirements/run.txt \
		--output-file requirements/dev.txt pyproject.toml

.PHONY: wheel
wheel: $(VENV)/installed-dev ## build the wheel with the apps cms and search into dist/
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist

.PHONY: clean
clean: ## remove what was built; the data in var/ and .venv/ stay
	rm -rf build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find cms search thinka_site tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

# --- set-up ------------------------------------------------------------------------------------
# A stamp per lock file: the second `make run` finds nothing to do.

$(VENV)/made:
	@python=$$(tools/python.sh) && echo "Python-Umgebung wird angelegt ($$python) ..." && $$python -m venv $(VENV)
	@touch $@

$(VENV)/installed-run: requirements/run.txt | $(VENV)/made
	@echo "Pakete werden installiert (nur beim ersten Mal) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/installed-dev: requirements/dev.txt requirements/run.txt | $(VENV)/made
	@echo "Pakete für die Entwicklung werden installiert (nur beim ersten Mal) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $(VENV)/installed-run $@
