# Two commands matter: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ASSETS := src/quartermaster/web/static/vendor/uswds/.made-from
PYTEST_WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help setup run test test-fast lint fix types arch docs api-snapshot interop-tools spark-tools bench-devices bench-evaluation bench-fixity bench-pages bench-usage bench-archive fuzz lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Quartermaster needs Python 3.11 or newer; set PYTHON=/path/to/python3."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@# the lock is whole: resolving it again would look at versions newer than the ones it names
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

$(ASSETS): $(STAMP) package-lock.json tools/assets.py src/quartermaster/web/vendor.sha256
	$(BIN)/python tools/assets.py
	@touch $(ASSETS)

setup: $(STAMP) $(ASSETS) ## Make the virtual environment and fetch front-end files

run: setup ## Set everything up and serve a demo city
	$(BIN)/quartermaster serve --demo

test: setup ## Set everything up and run every test
	$(BIN)/pytest -n $(PYTEST_WORKERS)

test-fast: setup ## Run the tests that need no browser and no foreign client
	$(BIN)/pytest -n $(PYTEST_WORKERS) -m "not e2e and not interop"

fix: setup ## Format and mend what can be mended by machine
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: setup types arch ## Formatting, lint, types, import contracts, migrations, API drift
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint src/quartermaster --lint --quiet
	$(BIN)/quartermaster manage makemigrations --check --dry-run

types: setup ## Strict types
	$(BIN)/mypy

arch: setup ## Import contracts between the rooms
	$(BIN)/lint-imports

docs: setup ## Write the generated pages anew
	$(BIN)/python -m tools.settings_page
	$(BIN)/python -m tools.policy_map
	$(BIN)/python -m tools.requirements_page
	$(BIN)/python -m tools.reference_page

api-snapshot: setup ## Write the OpenAPI description anew
	$(BIN)/python -m tools.api_snapshot

interop-tools: ## Fetch and build the programs that are not ours: compliance-trestle and NIST's schema; mdmb, scepclient, NanoMDM (need Go)
	@# an environment of its own: it pins libraries that we have in newer versions
	test -x .data/tools/trestle/bin/python || $(PYTHON) -m venv .data/tools/trestle
	.data/tools/trestle/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/interop.txt
	.data/tools/trestle/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --upgrade \
		--target .data/tools/oscal-schema --ignore-requires-python --only-binary=:all: -r requirements/oscal-schema.txt
	@if command -v go >/dev/null; then \
		mkdir -p .data/tools && cd tests/interop && \
		go build -mod=readonly -o ../../.data/tools/ github.com/jessepeterson/mdmb/cmd/mdmb \
			github.com/micromdm/scep/v2/cmd/scepclient && \
		cd ../../benchmarks && go build -mod=readonly -o ../.data/tools/ github.com/micromdm/nanomdm/cmd/nanomdm && \
		cp -f "$$(go list -mod=readonly -m -f '{{.Dir}}' github.com/micromdm/nanomdm)/storage/pgsql/schema.sql" ../.data/tools/nanomdm.sql; \
	else \
		echo "Go is not installed: the tests against mdmb, scepclient and NanoMDM will be skipped."; \
		test "$$QUARTERMASTER_REQUIRE_INTEROP" != 1; \
	fi

spark-tools: ## Fetch Spark into an environment of its own, for the test that it answers as DuckDB does (needs Java 17 or newer)
	test -x .data/tools/spark/bin/python || $(PYTHON) -m venv .data/tools/spark
	.data/tools/spark/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/spark.txt

bench-devices: setup ## Compare the devices' door with NanoMDM (needs Go; a few minutes)
	$(BIN)/python -W ignore -m benchmarks.devices

bench-evaluation: setup ## Evaluate a fleet of 10,000 devices, and single reports (DEVICES=100000 for more)
	$(BIN)/python -W ignore -m benchmarks.evaluation --devices $(or $(DEVICES),10000)

bench-fixity: setup ## Save records, and audit their files beside plain SHA-256 (RECORDS=1000 for more)
	$(BIN)/python -W ignore -m benchmarks.fixity --records $(or $(RECORDS),200)

bench-pages: setup ## Time every page in a city of 10,000 devices (DEVICES=100000 for more)
	$(BIN)/python -W ignore -m benchmarks.pages --devices $(or $(DEVICES),10000)

bench-usage: setup ## Take 50 million rows of usage detail in, beside plain DuckDB (ROWS=5000000 for fewer)
	$(BIN)/python -W ignore -m benchmarks.usage --rows $(or $(ROWS),50000000)

bench-archive: setup ## Search an archive of a million records, and save some (RECORDS=100000 for fewer)
	$(BIN)/python -W ignore -m benchmarks.archive --records $(or $(RECORDS),1000000)

fuzz: setup ## Feed the parsers of exports 200,000 damaged inputs (INPUTS=1000 for fewer)
	$(BIN)/python -W ignore -m benchmarks.fuzz --inputs $(or $(INPUTS),200000)

lock: ## Write requirements/*.txt anew (needs uv)
	cd requirements && for kind in run dev interop spark; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" $$kind.in -o $$kind.txt; done

clean: ## Remove what make made (the data folder stays)
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache node_modules
