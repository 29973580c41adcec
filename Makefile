# make serve     the site and its SPARQL endpoint (HOST=, PORT=)
# make check     what can be said without running the code: format, lint, types, data, documents
# make test      every test; a warning is an error
# make exhaustive  all cases of the tests of which `make test` takes a few, and what takes as long
# make attacks   every hostile query and upload that we know, against a server
# make conformance  the tests of the W3C against the endpoint, and docs/conformance.md
# make random    the tests of random worlds and texts, with more of them (KG_EXAMPLES=5)
# make differential  random queries, each answered by the copy in columns and by the engine (QUERIES=100000 SEED=1)
# make peers     the contract of the store against servers of others, which are fetched first (KG_FUSEKI=--tdb2)
# make resilience  the long tests of crashes and of failures around us (KG_KILLS=60)
# make bench-columns  what the copy in columns makes of the queries of `make bench`, in one process (FILE=dataset.nq)
# make bench-bulk  how long a bulk load takes, step by step (TRIPLES=1000000)
# make bench-pages  how long pages take that nobody has looked at before (TRIPLES=100000)
# make bench-store  what processes, commits and a start cost
# make browser   the pages in a real browser; installs Debian's Chromium and npm where they lack
# make pictures  those of docs/pictures anew (PICTURES="home claim")
# make scripts   the scripts of the pages anew, from frontend/
# make scripts-check  the same elsewhere, compared with what is committed, and their tests
# make messages  the catalogue of what pages say, and the languages made from it (TAG=hy begins one)
# make mutants   mistakes made in the SHACL engine on purpose, and which of them no test notices
# make bench-shacl  how long validation takes: ours, pySHACL's and Jena's (SIZES="10000 125000")
# make bench-links  how often suggested links are right (SPLIT=tuning; KG_SHARED names the data)
# make bench     how long a start and each committed query take, and the same queries to us and to others (TRIPLES=100000)
# make install   the environment .venv with the kg command
# make lock      the lock files, after a change of dependencies in pyproject.toml

HOST ?= 127.0.0.1
PORT ?= 8000
PYTEST ?=
KG_EXAMPLES ?= 5
QUERIES ?= 100000
SEED ?= 1
KG_FUSEKI ?= --mem

# Tests start hundreds of processes, each of which would compile all modules anew.
export PYTHONDONTWRITEBYTECODE :=

VENV := .venv
BIN := $(VENV)/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip
INSTALL := $(PIP) install --quiet --require-hashes --no-deps --requirement
PACKAGE := $(PIP) install --quiet --no-deps --no-build-isolation --editable .
COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--custom-compile-command "make lock"
# A command of this name may exist and still not run (version managers), or lack venv.
WORKS := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))

.PHONY: serve install test exhaustive random differential browser pictures scripts scripts-check conformance peers resilience attacks mutants messages messages-check check docs-check bench bench-columns bench-bulk bench-pages bench-store bench-shacl bench-links wheel-test lock clean
.DELETE_ON_ERROR:

serve: $(VENV)/.runtime
	@$(BIN)/kg serve --host $(HOST) --port $(PORT)

install: $(VENV)/.runtime

test: $(VENV)/.dev
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder $(PYTEST)

exhaustive: $(VENV)/.dev
	$(BIN)/pytest -m "long and not peers" -n auto --dist loadfile --no-loadscope-reorder tests \
		--ignore tests/attacks --ignore tests/resilience $(PYTEST)

browser: $(VENV)/.dev frontend/node_modules
	.ci/need chromium chromium
	$(BIN)/pytest -m browser -n0 tests/browser $(PYTEST)

pictures: $(VENV)/.dev
	.ci/need chromium chromium
	PYTHONPATH=. $(BIN)/python -m tests.browser.pictures $(PICTURES)

scripts: frontend/node_modules
	cd frontend && npm run --silent build

scripts-check: frontend/node_modules
	cd frontend && npm test --silent && node build.mjs ../dist/built
	diff -r dist/built src/kg/web/static/built

frontend/node_modules: frontend/package-lock.json
	.ci/need npm nodejs npm
	cd frontend && npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

attacks: $(VENV)/.dev
	$(BIN)/pytest -m long -n0 -rs tests/attacks $(PYTEST)

conformance: $(VENV)/.dev
	$(BIN)/python -m tests.w3c.conformance
	$(BIN)/pytest -m "not peers" -n0 tests/w3c $(PYTEST)

random: $(VENV)/.dev
	KG_EXAMPLES=$(KG_EXAMPLES) $(BIN)/pytest -m hypothesis -n auto $(PYTEST)

differential: $(VENV)/.dev
	PYTHONPATH=. $(BIN)/python -m tests.columnar.differential $(QUERIES) --seed $(SEED)

# Oxigraph's server makes several of the updates that expect one state: one writer at a time.
CONTRACT := tests/store/test_contract_commits.py
peers: $(VENV)/.dev
	-.ci/need openrefine openrefine
	KG_FUSEKI=$(KG_FUSEKI) $(BIN)/pytest -m peers -n0 -rs tests/store tests/w3c tests/peers $(PYTEST) \
		--deselect '$(CONTRACT)::test_commits_of_several_writers_are_all_kept[oxigraph-server]'

resilience: $(VENV)/.dev
	$(BIN)/pytest -m long -n0 -rs tests/resilience $(PYTEST)

# Without line numbers and dates: only a change of what pages say changes the catalogue.
LOCALE := src/kg/locale
EXTRACT := $(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --keywords marked \
	--keywords counted:1,2 --keywords Transition:5 --add-location file --sort-by-file --omit-header --width 100

messages: $(VENV)/.dev
	$(EXTRACT) --output-file $(LOCALE)/messages.pot src/kg frontend/src
	@if [ -n "$(TAG)" ]; then $(BIN)/pybabel --quiet init --input-file $(LOCALE)/messages.pot \
		--output-dir $(LOCALE) --locale $(TAG); fi
	@if ls $(LOCALE)/*/ >/dev/null 2>&1; then \
		$(BIN)/pybabel --quiet update --input-file $(LOCALE)/messages.pot --output-dir $(LOCALE) && \
		$(BIN)/pybabel --quiet compile --directory $(LOCALE); fi

messages-check: $(VENV)/.dev
	@$(EXTRACT) --output-file $(VENV)/messages.pot src/kg frontend/src
	@cmp -s $(LOCALE)/messages.pot $(VENV)/messages.pot || \
		{ echo "the catalogue of messages is out of date; run make messages" >&2; exit 1; }

check: $(VENV)/.dev docs-check messages-check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/kg fmt --check
	$(BIN)/kg validate

docs-check: $(VENV)/.dev
	@if [ -e src/kg/docs.py ] || [ -e src/kg/docs/__main__.py ]; then \
		echo "$(BIN)/python -m kg.docs --check"; $(BIN)/python -m kg.docs --check; fi

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/queries.py
	-.ci/need virtuoso-t virtuoso-opensource-7-bin
	PYTHONPATH=. $(BIN)/python benchmarks/peers.py $(or $(TRIPLES),100000)

bench-columns: $(VENV)/.dev
	PYTHONPATH=. $(BIN)/python benchmarks/columns.py $(FILE)

bench-bulk: $(VENV)/.dev
	PYTHONPATH=. $(BIN)/python benchmarks/bulk.py $(or $(TRIPLES),1000000)

bench-pages: $(VENV)/.dev
	PYTHONPATH=. $(BIN)/python benchmarks/pages.py $(or $(TRIPLES),100000)

bench-store: $(VENV)/.dev
	PYTHONPATH=. $(BIN)/python benchmarks/latency.py
	$(BIN)/python benchmarks/server.py
	$(BIN)/python benchmarks/commits.py
	$(BIN)/python benchmarks/recovery.py

mutants: $(VENV)/.dev
	$(BIN)/python -m tests.shacl.mutants $(or $(MUTANTS),60)

bench-shacl: $(VENV)/.dev
	PYTHONPATH=. $(BIN)/python benchmarks/shacl.py $(SIZES)

bench-links: $(VENV)/.dev
	PYTHONPATH=. $(BIN)/python benchmarks/links.py $(or $(SPLIT),tuning)

wheel-test: $(VENV)/.dev
	.ci/wheel-test $(BIN)/python

lock: $(VENV)/.dev
	$(COMPILE) --group build pyproject.toml --output-file requirements.lock
	$(COMPILE) --group dev --constraint requirements.lock pyproject.toml \
		--output-file requirements-dev.lock

clean:
	rm -rf $(VENV) dist

# Stamps: a second make installs nothing unless the files they depend on changed.
$(VENV)/.runtime: requirements.lock pyproject.toml hatch_build.py | $(BIN)/python
	@echo "installing kg and what it needs into $(VENV)"
	@$(INSTALL) requirements.lock
	@$(PACKAGE)
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "installing the tools for checks and tests into $(VENV)"
	@$(INSTALL) requirements-dev.lock
	@touch $@

$(BIN)/python:
	@for python in python3.13 python3.12 python3.11 python3; do \
		if $$python -c '$(WORKS)' 2>/dev/null; then \
			echo "making $(VENV) with $$($$python --version)"; \
			exec $$python -m venv --clear $(VENV); \
		fi; \
	done; \
	echo "error: no working Python 3.11 or newer with venv was found" >&2; \
	echo "hint: install python3.11 and python3.11-venv, then run make again" >&2; exit 1
