"""Words of a dosage that could mean something else: od, an hour that may be a count, a day number, once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rx2fhir.group.draft import RHYTHM, Draft, is_daily
from rx2fhir.normalize.item import AS_NEEDED, Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Length, Site
from rx2fhir.statement import Issue

_FEW = 4
"""Tablets that may be taken at once: "2 am" could be two in the morning."""

_TWELVE = 12

_BESIDES = "once as needed: besides what is said before it, or is that as needed?"

_NO_SIDE = ("eye", "eyelid", "eyelid margin", "conjunctival sac")


def eye_issues(reader: Reader, drafts: Sequence[Draft]) -> list[Issue]:
    """ "1 drop od" with no rhythm, "to the eyelids od" with no side: od may be the right eye, or once daily."""
    sites = [draft.sources["site"] for draft in drafts if "site" in draft.facts and not _has_rhythm(draft)]
    rhythms = [draft.sources["period"] for draft in drafts if "period" in draft.facts and _has_no_side(draft)]
    message = "could be an eye or how often; read as {}"
    return [
        Issue("warning", "conflicting-frequency", message.format(reading), start, end)
        for reading, items in (("the eye", sites), ("how often", rhythms))
        for start, end in sorted({span for item in items for span in _eye_or_rhythm(reader, item)})
    ]


def _eye_or_rhythm(reader: Reader, item: Item) -> Iterator[tuple[int, int]]:
    """Where an item ends in words that are an eye, and how often as well."""
    for at in range(item.first, item.last):
        rows = [row.means.keys() for end, row, _ in reader.rows("closed", at) if end == item.last]
        if any("site" in means and "period" not in means for means in rows) and any(
            "period" in means and "site" not in means for means in rows
        ):
            yield reader.tokens[at].start, item.end


def _has_no_side(draft: Draft) -> bool:
    """An eye or its lids, and not which."""
    site = draft.facts.get("site")
    return isinstance(site, Site) and site.name in _NO_SIDE


def _has_rhythm(draft: Draft) -> bool:
    """How often is said; a part of the day alone may be that of a daily dose: "1 drop od nocte"."""
    return not draft.facts.keys().isdisjoint(("frequency", "frequency_max", "period", "count", *AS_NEEDED))


def hour_issues(reader: Reader, drafts: Sequence[Draft]) -> list[Issue]:
    """ "2 am 1 pm" with no count: hours of the clock, or 2 in the morning and 1 in the evening."""
    told = [(draft.sources["time_of_day"], draft) for draft in drafts if "time_of_day" in draft.facts]
    message = "could be an hour, or so much at a part of the day; read as the hour"
    return [
        Issue("warning", "ambiguous-number", message, item.start, item.end)
        for item, draft in told
        if _is_small_hour(reader, item.first, draft)
    ]


def _is_small_hour(reader: Reader, at: int, draft: Draft) -> bool:
    """A number that could be an amount, and behind it words for a part of the day; with a mass, by night alone.

    12 am is midnight to some and noon to others, and 12 units to a third.
    """
    text, dose = reader.tokens[at].text, draft.facts.get("dose")
    small = text.isdigit() and (1 <= int(text) <= _FEW or int(text) == _TWELVE)
    if not small or getattr(dose, "kind", None) == "form":
        return False
    return any(dose is None or key == "MORN" for _, key in reader.ends("when", at + 1))


def crossed_issues(reader: Reader, drafts: Sequence[Draft]) -> list[Issue]:
    """ "1 tablet/day x 5": five times a day, or for five days? Neither is given."""
    issues = []
    for draft in drafts:
        for one, two in pairwise(draft.items):
            if _is_crossed(reader, one, two):
                for name in RHYTHM:
                    draft.facts.pop(name, None)
                message = "how often a day, or for how many days?"
                issues.append(Issue("warning", "conflicting-frequency", message, one.start, two.end))
    return issues


def _is_crossed(reader: Reader, one: Item, two: Item) -> bool:
    """ "x 5", read as times a day, right behind "/day" or "qd"."""
    return is_daily(one.facts) and one.last == two.first and reader.words[two.first] == "x" and "frequency" in two.facts


def drop_day_numbers(reader: Reader, drafts: Sequence[Draft]) -> list[Issue]:
    """ "1 g three times a day, day 4": with no other step, the number of a day says how far the course is."""
    draft = drafts[0] if len(drafts) == 1 else None
    if draft is None or "period" not in draft.facts or draft.facts.get("bounds") != Length.of("1 d"):
        return []
    item = draft.sources["bounds"]
    numbers = [reader.tokens[at].text for at in range(item.first, item.last) if reader.tokens[at].is_number]
    if numbers in ([], ["1"]):
        return []
    del draft.facts["bounds"]
    message = "the number of a day of the course: how long it is, is not said"
    return [Issue("warning", "conflicting-duration", message, item.start, item.end)]


def once_issues(drafts: Sequence[Draft]) -> list[Issue]:
    """ "8 mg in a single dose, 2 days": once in all, or once each day; both are given."""
    message = "a single dose and a length: once in all, or once each time?"
    lengths = [draft.sources[name] for draft in drafts for name in _lengths(draft)]
    issues = [Issue("warning", "conflicting-duration", message, item.start, item.end) for item in lengths]
    return issues + [
        Issue("warning", "conflicting-frequency", _BESIDES, *span) for span in map(_besides, drafts) if span
    ]


def _besides(draft: Draft) -> tuple[int, int] | None:
    """Where "1x as needed" stands behind a part of the day: "25 mg at night + 1x as needed"."""
    once, needed = draft.sources.get("count"), draft.sources.get("as_needed")
    if once is None or needed is None or not draft.facts.keys() & {"when", "period"}:
        return None
    first, last = sorted((once, needed), key=lambda item: item.first)
    earlier = draft.sources.get("when", draft.sources.get("period"))
    apart = first.last == last.first and earlier is not None and earlier.last < first.first
    return (first.start, last.end) if apart else None


def _lengths(draft: Draft) -> list[str]:
    """The lengths, longer than a day, beside a count of one."""
    if draft.facts.get("count") != Count.of(1):
        return []
    lengths = {name: draft.facts.get(name) for name in ("bounds", "bounds_max")}
    return [
        name
        for name, length in lengths.items()
        if isinstance(length, Length) and length != Length.of("1 d") and length.unit not in ("min", "h")
    ]
