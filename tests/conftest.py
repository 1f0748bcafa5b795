"""Options and settings of the test run."""

from __future__ import annotations

import pytest
from hypothesis import settings

# The same examples in every run: a failure on one machine is a failure on all.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the snapshots of fixtures/prescriptions")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Snapshots are written, not compared."""
    return bool(request.config.getoption("--update"))
