# Everything a newcomer or CI types. `make run` and `make test` need Python 3.11+, Node 20.19+ and nothing else.
#
# Stamps remember what has been done: an environment is made again when its lock file changes, the web client when its
# sources do. `make clean` forgets everything but the data.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
PY := $(VENV)/bin/python
RUN_STAMP := $(VENV)/stamp-run
DEV_STAMP := $(VENV)/stamp-dev
NODE_STAMP := web/node_modules/.stamp
WEB_STAMP := web/dist/.stamp
WEB_SOURCES := $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' \
	-not -path 'web/generated/*' -not -path 'web/tests/*' 2>/dev/null) $(wildcard canisters/*/*.did)
PIP := $(PY) -m pip install --require-hashes --disable-pip-version-check --no-input

# Where the environment for tests is there, it also serves to run.
READY := $(if $(wildcard $(DEV_STAMP)),$(DEV_STAMP),$(RUN_STAMP))

.PHONY: help run demo test check fix web load bench curves simulate fuzz nightly lock clean

help:
	@echo "make run      set up what is missing, start everything, print the addresses (Ctrl-C stops it)"
	@echo "make demo     fill the running system with people and talk (TO=<your user name>: they write to you)"
	@echo "make test     everything CI runs: check, web client, all tests"
	@echo "make check    linters, types, and the rules of canister code"
	@echo "make fix      format, and fix what can be fixed"
	@echo "make web      build the web client and the dashboard"
	@echo "make load     locust against the running system (LOAD_SECONDS, LOAD_USERS, LOAD_SHAPE)"
	@echo "make bench    measure beside the ceiling, write docs/benchmarks.md, fail if it got slower (RECORD=1: keep the figures)"
	@echo "make curves   measure what grows with people and messages, and write it to docs/benchmarks.md"
	@echo "make simulate people, faults and crashes from a seed (SEED, RUNS, STEPS, VERBOSE=1); without SEED, 100 new ones"
	@echo "make fuzz     every decoder that faces the network, at length, with time and memory (FUZZ_SECONDS)"
	@echo "make nightly  the long versions: 1000 seeds, fuzzing, 200 crashes, ten minutes of load, benchmarks"
	@echo "make lock     resolve the requirements again (needs uv)"
	@echo "make clean    remove what was made, except data/"

run: $(READY) $(WEB_STAMP)
	@exec $(PY) -m parley up $(ARGS)

demo: $(READY)
	@$(PY) -m parley demo $(if $(TO),--to $(TO))

test: check $(WEB_STAMP)
	@echo "== web client: unit tests"
	@cd web && npm test
	@echo "== tests"
	@$(PY) -m pytest $(PYTEST_ARGS)

check: $(DEV_STAMP) $(NODE_STAMP)
	@echo "== linters and types"
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@echo "== rules of canister code"
	@$(PY) -m parley check
	@echo "== web client: linters and types"
	@cd web && npm run check

fix: $(DEV_STAMP) $(NODE_STAMP)
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .
	@cd web && npm run fix

web: $(WEB_STAMP)

load: $(DEV_STAMP)
	@$(PY) -m load

bench: $(DEV_STAMP) $(WEB_STAMP)
	@$(PY) -m bench $(if $(RECORD),--record)

curves: $(DEV_STAMP) $(WEB_STAMP)
	@$(PY) -m bench.curves

simulate: $(DEV_STAMP)
	@$(PY) -m tests.simulation $(if $(SEED),--seed $(SEED)) $(if $(RUNS),--runs $(RUNS)) $(if $(STEPS),--steps $(STEPS)) \
		$(if $(VERBOSE),--verbose)

fuzz: $(DEV_STAMP)
	@$(PY) -m tests.fuzz $(if $(FUZZ_SECONDS),--seconds $(FUZZ_SECONDS))

nightly: $(DEV_STAMP) $(WEB_STAMP)
	@$(PY) -m tests.simulation --runs 1000
	@$(PY) -m tests.fuzz
	@PARLEY_KILLS=200 $(PY) -m pytest tests/system/test_kill.py
	@LOAD_SECONDS=600 $(PY) -m load --start
	@$(PY) -m bench

lock:
	@command -v uv >/dev/null || { echo "make lock needs uv: https://docs.astral.sh/uv/"; exit 1; }
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-header requirements.in -o requirements.lock
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-header requirements-dev.in -o requirements-dev.lock \
		-c requirements.lock

clean:
	rm -rf $(VENV) build web/dist web/generated web/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(PY):
	@python=; for candidate in $(PYTHON) python3.14 python3.13 python3.12 python3.11 python3; do \
		if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$candidate; break; fi; \
	done; \
	[ -n "$$python" ] || { echo "Parley needs Python 3.11 or newer; none was found. (PYTHON=/path/to/python make ...)"; exit 1; }; \
	echo "== making an environment in $(VENV) with $$($$python --version)"; \
	$$python -m venv $(VENV) || { rm -rf $(VENV); echo "On Debian and Ubuntu: apt install python3-venv"; exit 1; }

$(RUN_STAMP): requirements.lock | $(PY)
	@echo "== installing what Parley runs with"
	@$(PIP) -r requirements.lock
	@touch $@

$(DEV_STAMP): requirements-dev.lock requirements.lock | $(PY)
	@echo "== installing what the tests need"
	@$(PIP) -r requirements-dev.lock
	@touch $(RUN_STAMP) $@

$(NODE_STAMP): web/package-lock.json
	@command -v npm >/dev/null || { echo "Parley needs Node 20.19 or newer for its web client: https://nodejs.org/"; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
		|| { echo "Parley needs Node 20.19 or newer: its build tool does not run on older ones."; exit 1; }
	@echo "== installing what the web client is built with"
	@cd web && npm ci --no-audit --no-fund
	@touch $@

$(WEB_STAMP): $(NODE_STAMP) $(WEB_SOURCES)
	@echo "== building the web client"
	@cd web && npm run build
	@touch $@
