"""Lexicons out of official releases: small files in the publishers' formats, built, opened and used."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rx2fhir import Parser
from rx2fhir.cli import app
from rx2fhir.drugs.build import Builder, read_table
from rx2fhir.drugs.lookup import find
from rx2fhir.drugs.releases.bdpm import read_bdpm
from rx2fhir.drugs.releases.record import product_name
from rx2fhir.drugs.releases.rxnorm import read_rxnorm
from rx2fhir.drugs.releases.sheet import layout_of
from rx2fhir.drugs.store import JoinedLexicon, StoredLexicon
from rx2fhir.errors import LexiconError


def conso(rxcui: str, kind: str, name: str, suppressed: str = "N") -> str:
    return f"{rxcui}|ENG||||||A{rxcui}|{rxcui}|{rxcui}||RXNORM|{kind}|{rxcui}|{name}||{suppressed}|4096|\n"


def rel(one: str, relation: str, two: str) -> str:
    return f"{one}||CUI|RO|{two}||CUI|{relation}|||RXNORM||||||\n"


@pytest.fixture
def rxnorm(tmp_path: Path) -> Path:
    folder = tmp_path / "rrf"
    folder.mkdir()
    concepts = [
        ("990001", "IN", "zorkine"),
        ("990002", "IN", "morphanol"),
        ("990003", "BN", "Zorkex Duo"),
        ("990004", "BN", "Old Zork"),
    ]
    lines = [conso(*one) for one in concepts[:3]] + [
        conso(*concepts[3], suppressed="O"),
        conso("990005", "PIN", "zorkine hydrochloride"),
    ]
    (folder / "RXNCONSO.RRF").write_text("".join(lines), encoding="utf-8")
    relations = rel("990001", "tradename_of", "990003") + rel("990003", "has_tradename", "990001")
    relations += rel("990002", "tradename_of", "990003") + rel("990001", "form_of", "990005")
    (folder / "RXNREL.RRF").write_text(relations, encoding="utf-8")
    return folder


@pytest.fixture
def bdpm(tmp_path: Path) -> Path:
    folder = tmp_path / "bdpm"
    folder.mkdir()
    tail = "Autorisation active\tProcédure nationale\tCommercialisée\t01/01/2001\t\t\t LABO\tNon\r\n"
    names = f"60000001\tZORKALINE 500 mg, comprimé pelliculé\tcomprimé\torale\t{tail}"
    names += f"60000002\tMORPHADOL L.P. 20 mg/10 mg, gélule\tgélule\torale\t{tail}"
    parts = "60000001\tcomprimé\t01\tCHLORHYDRATE DE METFORMINE\t500 mg\tun comprimé\tSA\t1\t\r\n"
    parts += "60000002\tgélule\t02\tMALÉATE D'ÉNALAPRIL\t20 mg\tune gélule\tSA\t1\t\r\n"
    parts += "60000002\tgélule\t03\tÉNALAPRIL\t15 mg\tune gélule\tFT\t1\t\r\n"
    parts += "60000002\tgélule\t04\tLERCANIDIPINE\t10 mg\tune gélule\tSA\t2\t\r\n"
    for name, text in (
        ("CIS_bdpm", names),
        ("CIS_COMPO_bdpm", parts),
        ("CIS_MITM", "60000001\tA10BA02\tZORKALINE\thttp\r\n"),
    ):
        (folder / f"{name}.txt").write_text(text, encoding="cp1252", newline="")
    return folder


def built(tmp_path: Path, release: str, path: Path, records: object) -> StoredLexicon:
    builder = Builder()
    builder.add(release, path, records)  # type: ignore[arg-type]
    builder.save(tmp_path / "lexicon.sqlite")
    return StoredLexicon(tmp_path / "lexicon.sqlite")


def test_rxnorm(tmp_path: Path, rxnorm: Path) -> None:
    stored = built(tmp_path, "rxnorm", rxnorm, read_rxnorm(rxnorm))
    [brand] = stored.products("zorkex duo")
    assert (brand.ingredients, brand.countries, brand.rule) == (("morphanol", "zorkine"), ("us",), "RXNCONSO.RRF:3")
    substance = stored.substance("zorkine")
    assert substance is not None
    assert (substance.rxcui, substance.rxnorm) == ("990001", "zorkine")
    assert stored.products("zorkine hydrochloride")[0].ingredients == ("zorkine",)
    assert not stored.products("old zork")


def test_bdpm(tmp_path: Path, bdpm: Path) -> None:
    stored = built(tmp_path, "bdpm", bdpm, read_bdpm(bdpm))
    [brand] = stored.products("zorkaline")
    assert (brand.ingredients, brand.atc, brand.countries) == (("metformin",), ("A10BA02",), ("fr",))
    [both] = stored.products("morphadol l p")
    assert both.ingredients == ("enalapril", "lercanidipine")


SHEETS = {
    "cima": (
        "Nº Registro;Medicamento;Laboratorio;Cód. ATC;Principios Activos;Nº P. Activos\n"
        '1;"ZORKALINA 20 mg COMPRIMIDOS";Zork;C10AA05;ATORVASTATINA CALCICA TRIHIDRATO;1\n',
        ("zorkalina", ("atorvastatin",), ("C10AA05",), ("es",)),
    ),
    "nomenclator": (
        "Código Nacional;Nombre del producto farmacéutico;Principio activo o asociación de principios activos\n"
        "600001;ZORKADUO 20/12,5 MG 28 COMPRIMIDOS;ENALAPRIL / HIDROCLOROTIAZIDA\n",
        ("zorkaduo", ("enalapril", "hydrochlorothiazide"), (), ("es",)),
    ),
    "swissmedic": (
        "Zugelassene Packungen\n\n"
        'Zulassungs-nummer\t"Bezeichnung des Arzneimittels\nDénomination du médicament"\tATC-Code\t"Wirkstoff(e)"\n'
        "1\tZorkalin 5, Tabletten\tC08CA01\tamlodipini besilas\n",
        ("zorkalin", ("amlodipine",), ("C08CA01",), ("ch",)),
    ),
    "ema": (
        "Category,Name of medicine,International non-proprietary name (INN) / common name,ATC code (human)\n"
        "Veterinary,Zorkavet,apixaban,\nHuman,Zorkaban,apixaban,B01AF02\n",
        ("zorkaban", ("apixaban",), ("B01AF02",), ("eu",)),
    ),
}


@pytest.mark.parametrize("release", SHEETS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_sheets(tmp_path: Path, release: str, encoding: str) -> None:
    text, (name, ingredients, atc, countries) = SHEETS[release]
    path = tmp_path / "sheet.csv"
    path.write_text(text, encoding=encoding)
    stored = built(tmp_path, release, path, read_table(release, path))
    [product] = stored.products(name)
    assert (product.ingredients, product.atc, product.countries) == (ingredients, atc, countries)
    assert not stored.products("zorkavet")


def test_any_table_with_a_map_of_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("Brand|x\n".replace("|", ",") + "", encoding="utf-8")
    path.write_text("Brand,Substances,ATC\nZorkomed,ramipril+felodipine,C09BB05\n", encoding="utf-8")
    columns = {"name": "Brand", "ingredients": "Substances", "atc": "ATC", "separator": "+"}
    stored = built(tmp_path, "csv", path, read_table("csv", path, columns, "de"))
    assert stored.products("zorkomed")[0].ingredients == ("felodipine", "ramipril")
    assert stored.combination(("felodipine", "ramipril")) == ("C09BB05",)
    [(release, source, _, names)] = stored.sources()
    assert (release, source, names) == ("csv", str(path), 1)


@pytest.mark.parametrize(
    ("words", "name"),
    [("DOLIPRANE 500 mg, comprimé", "DOLIPRANE"), ("Beloc-ZOK® 47.5", "Beloc-ZOK"), ("500 mg", ""), ("A (b)", "A")],
)
def test_product_name(words: str, name: str) -> None:
    assert product_name(words) == name


# What is wrong is told with file and line


def test_a_line_that_is_too_short(bdpm: Path) -> None:
    path = bdpm / "CIS_COMPO_bdpm.txt"
    path.write_text(path.read_text(encoding="cp1252") + "60000003\tcomprimé\n", encoding="cp1252")
    with pytest.raises(LexiconError, match=r"CIS_COMPO_bdpm.txt:5: 2 fields, expected 8 or more"):
        list(read_bdpm(bdpm))


def test_a_release_that_lacks_a_file(rxnorm: Path) -> None:
    (rxnorm / "RXNREL.RRF").unlink()
    with pytest.raises(LexiconError, match=r"RXNREL.RRF:1: cannot be read"):
        list(read_rxnorm(rxnorm))


def test_a_table_without_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"sheet.csv:1: no line with the columns 'Medicamento'"):
        list(read_table("cima", path))
    path.write_text("Medicamento,Principios Activos,Cód. ATC\nZORK,x\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"sheet.csv:2: 2 cells"):
        list(read_table("cima", path))


def test_a_map_without_the_needed_columns() -> None:
    with pytest.raises(LexiconError, match="needed are name and ingredients"):
        layout_of({"name": "Brand"}, "")


@pytest.mark.parametrize("content", [None, b"no database", b""])
def test_a_file_that_is_no_lexicon(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "lexicon.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LexiconError, match=r"lexicon.sqlite: (no such file|not a lexicon|a lexicon of version 0)"):
        StoredLexicon(path)


# Use


def test_a_stored_lexicon_adds_to_the_own_names(tmp_path: Path, bdpm: Path) -> None:
    lexicon = JoinedLexicon(built(tmp_path, "bdpm", bdpm, read_bdpm(bdpm)))
    assert find("zorkaline", lexicon, "fr").products[0].ingredients == ("metformin",)
    assert find("doliprane", lexicon, "fr").products[0].ingredients == ("paracetamol",)
    assert {"zorkaline", "zocor"} <= set(lexicon.near("z"))
    assert (lexicon.longest("zorkaline"), lexicon.longest("morphadol"), lexicon.longest("zorkax")) == (1, 3, 0)


def test_another_process_opens_the_file_itself(tmp_path: Path, bdpm: Path) -> None:
    stored = pickle.loads(pickle.dumps(built(tmp_path, "bdpm", bdpm, read_bdpm(bdpm))))
    assert stored.products("zorkaline")


def test_command_and_parser(tmp_path: Path, bdpm: Path) -> None:
    path = tmp_path / "own" / "lexicon.sqlite"
    result = CliRunner().invoke(app, ["lexicon", "build", "--bdpm", str(bdpm), "-o", str(path)])
    assert result.exit_code == 0, result.output
    [statement] = Parser(lexicon=path).parse("Zorkaline 500 mg 1 comprimé le matin").statements
    assert statement.medication is not None
    assert [coding.code for coding in statement.medication.codings] == ["6809", "A10BA02"]


def test_command_without_a_release() -> None:
    result = CliRunner().invoke(app, ["lexicon", "build"])
    assert "no release" in str(result.exception)
