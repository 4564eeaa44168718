# Two commands are enough: `make lab` to learn, `make test` to check. `make help` lists the rest.
# The work is done by tools/environment.py and the console script `course`, so Windows has it too.

VENV   := .venv
COURSE := $(VENV)/bin/course
IN     := $(VENV)/bin/python
OK     := import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.10; do \
	$$p -c '$(OK)' >/dev/null 2>&1 && { echo $$p; exit; }; done)

.PHONY: help lab run test test-slow env doctor notebooks slides site cheatsheet bench coverage mutate fuzz audit \
	narrators release-check clean
.DEFAULT_GOAL := help

help: ## this list
	@echo "Transfer Learning by Ear"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

lab: env ## open the course in JupyterLab, at lesson 00 (PORT=8888 to choose the port)
	@$(COURSE) lab $(if $(PORT),--port $(PORT))

run: env ## execute the lessons: times, peak memory, HTML (CORPUS=, PROFILE=quick|full, LESSONS="00 01", OUT=runs)
	@$(COURSE) run $(if $(CORPUS),--corpus "$(CORPUS)") $(if $(PROFILE),--profile $(PROFILE)) \
		$(if $(LESSONS),--lessons "$(LESSONS)") $(if $(OUT),--out "$(OUT)")

doctor: env ## check this machine, each line with what to do
	@$(COURSE) doctor

test: env-test ## all tests: lint, unit, doctests, layering, notebooks, browser
	@$(IN) tools/run_tests.py

test-slow: env-test ## what takes minutes besides: long sounds, long fuzzing, every conclusion with two more seeds
	@$(IN) tools/run_tests.py --nightly

env: python ## the set-up alone: .venv with the tested versions
	@$(PYTHON) tools/environment.py

env-test: python
	@$(PYTHON) tools/environment.py --extra test

notebooks: env-test ## rebuild the notebooks and every list of lessons from notebooks/source and syllabus.yaml
	@$(IN) tools/apply_syllabus.py
	@$(IN) tools/build_notebooks.py
	@$(IN) tools/time_estimate.py >/dev/null && $(IN) tools/instructor.py

slides: env-test ## slides of every lesson in one file each, with the speaker's notes, for use without a network
	@$(IN) tools/slides.py

site: env-test ## the solved course as pages that need no server and no network: build/site/index.html
	@$(IN) tools/static_site.py

cheatsheet: env-test ## the cheat sheet again: picture, PDF and text in docs
	@$(IN) tools/cheat_sheet.py

bench: env-test ## measure everything beside something, 20 minutes: docs/benchmarks.md
	@$(IN) tools/bench.py

coverage: env-test ## which lines the tests run, room by room
	@$(IN) tools/coverage_by_room.py

mutate: env-trust ## change the code one word at a time: do the tests notice? (ROOMS="layers metrics")
	@$(IN) tools/mutate.py $(ROOMS)

fuzz: env-trust ## feed every reader with damaged bytes (SECONDS=60 each)
	@$(IN) tools/fuzz.py all $(if $(SECONDS),--seconds $(SECONDS))

audit: env-trust ## ask for known faults in the pinned packages; needs a network
	@$(VENV)/bin/pip-audit -r constraints.txt --no-deps --disable-pip

narrators: env-narrators ## make the narrators' voices anew: an hour on a quiet core, goes on where it stopped; needs npm
	@$(IN) tools/make_narrators.py && $(IN) tools/make_narrators.py --pack

release-check: env-test ## everything that a release needs, with the whole of `make test` at the end (QUICK=1: without)
	@$(IN) tools/release_check.py $(if $(QUICK),--quick)

clean: ## remove what was computed (data/cache, runs, build); keeps .venv, recordings and your answers
	rm -rf runs build data/cache

.PHONY: python env-test env-trust env-narrators
env-narrators: python
	@$(PYTHON) tools/environment.py --extra test --extra narrators

env-trust: python
	@$(PYTHON) tools/environment.py --extra test --extra trust

python:
	@$(if $(strip $(PYTHON)),$(PYTHON) -c '$(OK)' || { echo "$(PYTHON) is not Python 3.10 to 3.13"; exit 1; },\
		echo "No Python 3.10 to 3.13 was found. Install one (python.org, or your system's packages)"; \
		echo "or name one: make lab PYTHON=/path/to/python3.12"; exit 1)
