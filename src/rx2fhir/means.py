"""What a row of a pack may mean: the fields of `means:` and the values that each takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rx2fhir import codes

TIME_UNITS = ("s", "min", "h", "d", "wk", "mo", "a")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STATUSES = ("stopped", "on-hold", "not-taken", "active")
_LENGTH = re.compile(rf"\d+(\.\d+)? ({'|'.join(TIME_UNITS)})")

Test = Callable[[Any], bool]


def _number(value: Any) -> bool:
    return not isinstance(value, bool) and bool(re.fullmatch(r"\d+(\.\d+)?", str(value)))


def _length(value: Any) -> bool:
    return isinstance(value, str) and bool(_LENGTH.fullmatch(value))


def _one_of(*choices: str) -> Test:
    return lambda value: value in choices


def _many(test: Test) -> Test:
    return lambda value: bool(value) and all(test(one) for one in value) if isinstance(value, list) else test(value)


def _named(table: str, column: str, *more: str) -> Test:
    return lambda value: isinstance(value, str) and (value in more or value in codes.table(table, column))


def _slot_only(value: Any) -> bool:
    return False


FIELDS: Mapping[str, Test] = {
    **dict.fromkeys(
        (
            "frequency",
            "frequency_max",
            "period",
            "count",
            "max_per",
            "value",
            "hour",
            "minute",
            "nth",
            "nth_last",
            "repeats",
        ),
        _number,
    ),
    **dict.fromkeys(("period_unit", "max_per_unit", "nth_unit", "unit"), _one_of(*TIME_UNITS)),
    **dict.fromkeys(("bounds", "bounds_max", "duration", "offset", "supply", "after"), _length),
    **dict.fromkeys(
        ("dose", "dose_max", "max_dose", "max_per_administration", "max_per_lifetime", "dispensed"), _number
    ),
    **dict.fromkeys(("as_needed", "divided", "alternate", "shared", "each", "of_dose"), lambda value: value is True),
    **dict.fromkeys(("bounds_start", "bounds_end", "valid_until"), _slot_only),
    "as_needed_for": lambda value: value is True,
    "when": _many(_named("event_timing", "code")),
    "days_off": _many(_one_of(*WEEKDAYS)),
    "day_of_week": _many(_one_of(*WEEKDAYS, "other")),
    "time_of_day": _many(lambda value: bool(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d:00", str(value)))),
    "route": _named("routes", "name"),
    "site": _named("sites", "name"),
    "method": _named("methods", "name"),
    "instruction": _named("instructions", "name", "text"),
    "dispensed_form": _named("forms", "name"),
    "status": _one_of(*STATUSES),
    "step": _one_of("first", "next"),
    "half": _one_of("am", "pm"),
}
"""The fields and what a value that is no slot must be."""


def mistakes(means: Mapping[str, Any], slots: frozenset[str]) -> Iterator[str]:
    """What is wrong with the meaning of a row; slots: the names of the slots in its phrase."""
    for name, value in means.items():
        if name not in FIELDS:
            yield f"unknown field {name}; fields: {', '.join(sorted(FIELDS))}"
        elif not (isinstance(value, str) and value in slots) and not FIELDS[name](value):
            yield f"{name}: no slot {value}, and {value!r} is no value of this field"
