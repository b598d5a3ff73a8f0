# Lede from a clone. `make` lists what can be made. Everything is installed into .venv, nothing outside this folder is touched.
PYTHON ?= python3
PORT ?= 8080
CONTENT ?= examples/articles
PIP_ARGS ?=
VENV := .venv
PEERS := .venv-peers
AUDIT := .venv-audit
BIN := $(VENV)/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS)
# PyTorch's own index has a CPU build of 190 MB. What the package index has for Linux brings 2.6 GB with CUDA.
TORCH_INDEX := https://download.pytorch.org/whl/cpu
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run setup models multilingual cluster-client cluster cluster-stop test-cluster torture-cluster bench-cluster test coverage check docs reference audit lock fuzz client soak torture bench evaluate clean

help:  ## list what can be made
	@echo "make TARGET [NAME=value ...]"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# The samples have an index of their own, so that trying them replaces no archive.
INDEX ?= $(if $(filter examples/articles,$(CONTENT)),index/samples,index)
run: setup  ## index CONTENT (the samples), ask one question, serve on PORT (8080)
	$(BIN)/lede-index build "$(CONTENT)" --index "$(INDEX)"
	-$(BIN)/python scripts/first_question.py "$(INDEX)"
	$(BIN)/lede serve --port $(PORT) --index "$(INDEX)"

setup: $(VENV)/.ready  ## install what building and serving need into .venv

models: $(VENV)/.ready-models  ## add PyTorch, for other models and the reranker

cluster-client: $(VENV)/.ready-cluster  ## add the client of an OpenSearch cluster

multilingual: $(VENV)/.ready-multilingual  ## add the weights of the multilingual encoder (91 MB)

test: $(VENV)/.ready-dev  ## run every test; PYTEST_ARGS="tests/query -x" narrows it down
	$(BIN)/python -m pytest $(PYTEST_ARGS)

# Three OpenSearch nodes on this machine: Java 17 and Maven, 59 MB of jars, once.
cluster: $(VENV)/.ready-cluster  ## start three OpenSearch nodes on this machine (Java 17, Maven)
	$(BIN)/python scripts/local_cluster.py start

cluster-stop: $(VENV)/.ready-cluster  ## stop the three nodes
	$(BIN)/python scripts/local_cluster.py stop

# Compiled once and not again: a node of a test lives for minutes.
QUICK_JAVA := -XX:TieredStopAtLevel=1

# The tests that need a cluster, beside three nodes of their own at free ports. Where none can be run, it says why.
test-cluster: $(VENV)/.ready-dev  ## run the tests that need a cluster, beside nodes of their own
	@JDK_JAVA_OPTIONS=$(QUICK_JAVA) $(BIN)/python scripts/local_cluster.py run -- $(BIN)/python -m pytest tests/over_cluster $(PYTEST_ARGS)

# Thirty rounds of nodes killed and requests cut while four clients ask and generations are built and published.
ROUNDS ?= 30
torture-cluster: $(VENV)/.ready-dev  ## kill nodes and cut requests under load, ROUNDS times
	@CLUSTER_ROUNDS=$(ROUNDS) JDK_JAVA_OPTIONS=$(QUICK_JAVA) $(BIN)/python scripts/local_cluster.py run -- $(BIN)/python -m pytest tests/over_cluster/test_faults.py tests/over_cluster/test_meddling.py $(PYTEST_ARGS)

# How fast the served generation of INDEX is loaded into three nodes of this machine, and answers there.
bench-cluster: $(VENV)/.ready-dev  ## measure loading INDEX into a cluster, and its answers
	$(BIN)/python scripts/local_cluster.py run --heap 1g -- $(BIN)/python scripts/cluster_bench.py $(INDEX)

# Python 3.12 and newer count lines at no cost; on 3.11 the tests take 1.4 times their processor time.
COVERAGE_CORE = $(shell $(BIN)/python -c 'import sys; print("sysmon" if sys.version_info >= (3, 12) else "ctrace")')
coverage: $(VENV)/.ready-dev  ## run every test and measure how many lines they reach; fails below the floor
	COVERAGE_CORE=$(COVERAGE_CORE) $(BIN)/python -m pytest --cov --cov-report=term:skip-covered $(PYTEST_ARGS)

check: $(VENV)/.ready-dev  ## check format, lint, types, security and architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --config-file tests/mypy.ini
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml search indexer scripts
	$(BIN)/python -m pytest -q tests/system/test_architecture.py

# The documents as a site, in build/site; a broken link stops it.
docs: $(VENV)/.ready-dev  ## build the documents as a site in build/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

# The pages of docs/reference that are written from the code.
reference: $(VENV)/.ready-dev  ## write the generated pages of docs/reference
	$(BIN)/python scripts/reference.py

# The bill of materials of what is installed, from the pins alone; then what an advisory service knows of every pinned
# package. Where the service cannot be asked the second part fails and says so: nothing unasked passes for sound.
SHIPPED := requirements.lock requirements-models.lock requirements-torch.lock
audit: $(AUDIT)/.ready  ## list what is installed, and what advisories know of it
	cat $(SHIPPED) | $(AUDIT)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON -o sbom.cdx.json - 2>/dev/null
	@echo "Written: sbom.cdx.json, of $$(grep -c '"purl"' sbom.cdx.json) packages."
	$(AUDIT)/bin/pip-audit --strict --disable-pip --no-deps $(addprefix -r ,$(SHIPPED) requirements-multilingual.lock requirements-cluster.lock requirements-dev.lock)

$(AUDIT)/.ready:
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1 cyclonedx-bom==7.5.0
	@touch $@

# The hashes of what is pinned, from the package index.
lock: $(VENV)/.ready  ## renew the hashes of the pinned packages
	@test -x $(BIN)/uv || $(PIP) uv
	for part in requirements requirements-models requirements-multilingual requirements-cluster requirements-dev requirements-peers; do \
		grep -E '^[A-Za-z0-9._-]+==|^#' $$part.lock | sed 's/ *\\$$//' > $$part.pins; \
		{ grep '^#' $$part.pins; $(BIN)/uv pip compile $$part.pins --no-deps --universal --python-version 3.11.7 --generate-hashes --no-header --no-annotate -q; } > $$part.new && mv $$part.new $$part.lock; \
		rm -f $$part.pins; \
	done

# Strange requests by the thousand, ten thousand connections, and the requests that cost the most.
fuzz: $(VENV)/.ready-dev  ## send strange requests by the thousand; find the dearest ones
	$(BIN)/python scripts/fuzz_http.py
	$(BIN)/python scripts/dearest_request.py

# A client that is generated from the OpenAPI document, in an environment of its own, asks a service.
client: $(VENV)/.ready-dev  ## generate a client from the OpenAPI document, and use it
	$(BIN)/python scripts/generated_client.py

# An hour of mixed load with a nightly run every two minutes.
soak: $(VENV)/.ready-dev  ## run an hour of mixed load with a build every two minutes
	$(BIN)/python scripts/soak.py

evaluate: $(PEERS)/.ready  ## measure relevance beside other systems, into docs/relevance.md
	$(PEERS)/bin/python scripts/evaluate.py --write docs/relevance.md

# One part a run: real, scale or grow (see scripts/bench.py). SIZE=11280,83600 measures made archives of so many articles.
PART ?= real
SIZE ?=
bench: $(PEERS)/.ready  ## measure speed: PART=real, scale or grow, or SIZE=11280,83600
	$(PEERS)/bin/python scripts/bench.py $(if $(SIZE),sizes --sizes $(SIZE) --write docs/sizes.md,$(PART) --write docs/benchmarks.md)

# One promise of docs/reliability.md, or all of them; COUNTS as in scripts/torture.py. Some take an hour, and gcc.
PROMISE ?= all
COUNTS ?=
torture: $(VENV)/.ready-dev  ## put a promise of docs/reliability.md to the test: PROMISE, COUNTS
	$(BIN)/python scripts/torture.py $(PROMISE) --write $(COUNTS)

clean:  ## remove the environments and what was built
	rm -rf $(VENV) $(PEERS) build *.egg-info

$(VENV)/.ready: requirements.lock pyproject.toml search/version.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Lede needs Python 3.11 or newer; name it with PYTHON=python3.x."; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv module is missing: apt-get install python3-venv"; exit 2; }
	@echo "Setting up $(VENV): downloads about 235 MB."
	$(PIP) --require-hashes --no-deps -r requirements.lock
	$(PIP) --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	$(BIN)/python -m compileall -q search indexer  # also where Python itself may write no bytecode
	@touch $@

# Where PyTorch's own index answers within four seconds, its small CPU build is taken. That index can supply no other name:
# each call has one index, and the one that has PyTorch's looks at no dependency.
$(VENV)/.ready-models: $(VENV)/.ready requirements-models.lock requirements-torch.lock
	$(PIP) --require-hashes --no-deps -r requirements-models.lock
	@if $(BIN)/python -c 'from urllib.request import urlopen; urlopen("$(TORCH_INDEX)/torch/", timeout=4)' 2>/dev/null; then \
		echo "Adding PyTorch's CPU build: downloads about 190 MB."; \
		$(PIP) --no-deps --index-url $(TORCH_INDEX) -r requirements-torch.lock; \
	else \
		echo "Adding PyTorch: downloads about 2.6 GB on Linux, for PyTorch's own index with the CPU build cannot be reached."; \
		$(PIP) -r requirements-torch.lock; \
	fi
	@touch $@

$(VENV)/.ready-cluster: $(VENV)/.ready requirements-cluster.lock
	$(PIP) --require-hashes --no-deps -r requirements-cluster.lock
	@touch $@

$(VENV)/.ready-multilingual: $(VENV)/.ready requirements-multilingual.lock
	$(PIP) --require-hashes --no-deps -r requirements-multilingual.lock
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready-models $(VENV)/.ready-multilingual $(VENV)/.ready-cluster requirements-dev.lock
	$(PIP) --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

# The peers have an environment of their own, so that a user's stays small.
$(PEERS)/.ready: requirements.lock requirements-models.lock requirements-dev.lock requirements-peers.lock pyproject.toml
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) --no-deps --require-hashes $(addprefix -r requirements,.lock -models.lock -dev.lock -peers.lock)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -r requirements-torch.lock
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
