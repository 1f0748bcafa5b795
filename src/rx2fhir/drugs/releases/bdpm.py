"""The French Base de données publique des médicaments: CIS_bdpm.txt, CIS_COMPO_bdpm.txt and, if there, CIS_MITM.txt.

https://base-donnees-publique.medicaments.gouv.fr/telechargement (contents and format of the files)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from rx2fhir.drugs.releases.record import Record, atc_code, fields, product_name

_ENCODING = "cp1252"


def read_bdpm(folder: Path) -> Iterator[Record]:
    """The products of France. An ingredient is the therapeutic fraction (FT) where there is one, else the substance."""
    ingredients, codes = _ingredients(folder / "CIS_COMPO_bdpm.txt"), _codes(folder / "CIS_MITM.txt")
    path = folder / "CIS_bdpm.txt"
    for number, cells in fields(path, "\t", 6, _ENCODING):
        cis, name = cells[0].strip(), product_name(cells[1])
        if name and cis in ingredients and "homéo" not in cells[5].lower():
            yield Record(name, ingredients[cis], f"{path.name}:{number}", codes.get(cis, ""), "fr")


def _ingredients(path: Path) -> dict[str, tuple[str, ...]]:
    """By CIS: the ingredient of each link number, the fraction before the substance it is a fraction of."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for _, cells in fields(path, "\t", 8, _ENCODING):
        cis, substance, nature, link = cells[0].strip(), cells[3].strip(), cells[6].strip(), cells[7].strip()
        if nature == "FT" or link not in found[cis]:
            found[cis][link] = substance
    return {cis: tuple(dict.fromkeys(links.values())) for cis, links in found.items()}


def _codes(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    return {cells[0].strip(): atc_code(cells[1]) for _, cells in fields(path, "\t", 2, _ENCODING)}
