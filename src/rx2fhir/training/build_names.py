"""Makes `mappings/training/names.txt.gz` and `tests/data/unseen_drugs.txt` from tables of open medicine registers.

    python -m rx2fhir.training.build_names INGREDIENTS.csv BRANDS.csv UNSEEN.txt

INGREDIENTS.csv: columns inn_en, name_fr ... name_pt, n_countries, most widespread first. BRANDS.csv: brand,
language (`mul`: all), kind, n_products, sources. A name is kept for tests (in UNSEEN.txt) with every spelling of
its ingredient, and no name for training shares its first seven letters; names that the grammars use are not kept.
"""

from __future__ import annotations

import csv
import gzip
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

from rx2fhir.codes import mappings_dir
from rx2fhir.training.names import folded

CODES = ("en", "fr", "de", "es", "it", "nl", "pt")
BRAND_CODES = (*CODES, "mul")  # mul: authorised in all countries of the European Union
INGREDIENTS, BRANDS, KEPT = 900, 1000, 30
SEED = 17
_NAME = re.compile(r"[^\W\d_][^\d_*%/(),;+]{2,23}")
_NOT_A_NAME = re.compile(
    r"\b(mg|ml|tabl|comp|sol|cpr|kids|junior|enfant|adult|rezeptur|pommade|gel|cream|crema|creme|salbe|spray|tropf)",
    re.I,
)

Row = tuple[str, str, str]


def usable(name: str) -> bool:
    """Whether a register's name can stand in a text as it is: no digits or form words, three words at most."""
    return bool(_NAME.fullmatch(name)) and len(name.split()) <= 3 and not _NOT_A_NAME.search(name)


def ingredient_rows(path: Path) -> Iterator[tuple[Row, ...]]:
    """For each ingredient its names by language, the most widespread ingredient first."""
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            columns = {"en": row["inn_en"], **{code: row[f"name_{code}"] for code in CODES[1:]}}
            if int(row["n_countries"] or 0) >= 1:
                yield tuple((code, "ingredient", name) for code, name in columns.items() if usable(name))


def brand_rows(path: Path) -> list[Row]:
    """Brands by language, those with most products first."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["kind"] == "brand" and usable(row["brand"])]
    rows = [row for row in rows if row["language"] in BRAND_CODES and "pharmgkb" not in row["sources"].lower()]
    rows.sort(key=lambda row: -int(row["n_products"] or 0))
    return [(row["language"], "brand", row["brand"]) for row in rows]


def build(ingredients: Path, brands: Path) -> tuple[list[Row], list[Row]]:
    """Rows for training, and rows kept for tests."""
    random = Random(SEED)
    groups = list(ingredient_rows(ingredients))
    pool = brand_rows(brands)
    kept = [row for group in random.sample(groups[400:1400], KEPT * 2) for row in group]
    for code in BRAND_CODES:
        kept += random.sample([row for row in pool if row[0] == code], KEPT)
    used = _grammar_words()
    kept = [row for row in kept if folded(row[2]) not in used]
    starts = {folded(name)[:7] for _, _, name in kept}
    free = [row for group in groups for row in group if folded(row[2])[:7] not in starts]
    free += [row for row in pool if folded(row[2])[:7] not in starts]
    return list(_first(free)), kept


def _grammar_words() -> str:
    """All text of the training grammars, folded."""
    folder = mappings_dir() / "training"
    return "\n".join(folded(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml")))


def _first(rows: Iterable[Row]) -> Iterator[Row]:
    """At most INGREDIENTS and BRANDS names of each language, in order, none twice."""
    counts: dict[tuple[str, str], int] = {}
    for code, kind, name in dict.fromkeys(rows):
        counts[code, kind] = counts.get((code, kind), 0) + 1
        if counts[code, kind] <= (INGREDIENTS if kind == "ingredient" else BRANDS):
            yield code, kind, name


def main(ingredients: str, brands: str, unseen: str) -> None:
    """Writes both lists."""
    rows, kept = build(Path(ingredients), Path(brands))
    rows += [(code, "unseen", name) for code, _, name in kept]
    text = "".join("\t".join(row) + "\n" for row in rows)
    path = mappings_dir() / "training" / "names.txt.gz"
    path.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))
    Path(unseen).write_text("".join("\t".join(row) + "\n" for row in kept), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:4])
