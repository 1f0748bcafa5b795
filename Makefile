# make demo: the main job on five prescriptions.  make test: lint, types, language packs, all tests.
# Both set themselves up; a second run reuses .venv until pyproject.toml or constraints.txt change.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lock audit sbom clean

demo: .venv/.installed
	$(BIN)/rx2fhir parse "take two pills every morning during one week"
	$(BIN)/rx2fhir parse "xeplion 50mg 2 fois par jour"
	$(BIN)/rx2fhir parse "doliprane 500 1 comprimé effervescent le matin pendant une semaine"
	$(BIN)/rx2fhir parse "Der Patient sollte zehn Tage lang während dem Frühstück eine Paracetamol-Tablette einnehmen"
	$(BIN)/rx2fhir parse "una cápsula por la mañana y por la noche"

test: .venv/.installed-dev tests/server/node_modules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/rx2fhir check
	$(BIN)/pytest

.venv/.created:
	$(PYTHON) -m venv .venv
	touch $@

.venv/.installed: .venv/.created pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

.venv/.installed-dev: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-deps pathling
	touch $@

# Before a release: all packages that are installed with rx2fhir, with their hashes (requirements.lock); what is known
# against them (needs the network); and their list as CycloneDX (sbom.cdx.json). Their tools live apart, in .venv/release.
TOOLS := .venv/release/bin

.venv/release/.installed: .venv/.created
	$(PYTHON) -m venv .venv/release
	$(TOOLS)/python -m pip install --quiet --disable-pip-version-check cyclonedx-bom pip-audit uv
	touch $@

lock: .venv/release/.installed
	$(TOOLS)/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header --no-annotate \
		--constraint constraints.txt --output-file requirements.lock pyproject.toml

audit: .venv/release/.installed
	$(TOOLS)/pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock

sbom: .venv/release/.installed
	$(TOOLS)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON \
		--output-file sbom.cdx.json requirements.lock

# The FHIR server of the tests needs Node 20; without it those tests are skipped.
tests/server/node_modules: tests/server/package-lock.json
	@if command -v node >/dev/null && [ "$$(node -p 'parseInt(process.versions.node)')" -ge 20 ]; \
	then npm ci --prefix tests/server --no-audit --no-fund --loglevel=error && touch $@; \
	else echo "no Node 20: the tests on a FHIR server are skipped"; fi

clean:
	rm -rf .venv tests/server/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
