"""Every text of the corpus gives the facts that its line states."""

from __future__ import annotations

import pytest

from corpus import Case, agree, cases, facts, read_marked
from rx2fhir.interpret import interpret


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_corpus(case: Case) -> None:
    text, entities = read_marked(case.text)
    rx = interpret(text, entities, case.language)
    if case.means == "unread":
        assert not rx.statements, facts(rx)
        assert rx.issues
        return
    got = facts(rx)
    assert agree(case.means, got), (
        f"\nwanted {case.means}\ngot    {got}\nissues {[issue.message for issue in rx.issues]}"
    )
