"""A sheet written by LibreOffice comes in, and the one that goes out again is opened there with the same figures."""

import csv
import io
import os
import shutil
import subprocess
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from cases.risk import score
from risk import cells
from risk.models import SheetImport
from risk.sheet import exporting, proposal, reading, writing
from tests import factories
from tests.risk.sheets import ROWS, sheet_file

SOFFICE = os.environ.get("SOFFICE") or shutil.which("soffice")
TIMEOUT = 180
AS_SHOWN = "Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"  # the first tab


def convert(folder, content, target, *, name="inn.xlsx", filter_name=""):
    """Where the file is, as LibreOffice saves it."""
    source = folder / name
    source.write_bytes(content)
    out = folder / "ut"
    to = f"{target}:{filter_name}" if filter_name else target
    profile = f"-env:UserInstallation=file://{folder / 'profil'}"
    command = [str(SOFFICE), "--headless", profile, "--convert-to", to, "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT)
    return next(out.glob(f"{source.stem}*.{target}"))


@pytest.fixture(scope="session")
def calc(tmp_path_factory):
    """A folder to work in; skips when there is no LibreOffice with Calc."""
    folder = tmp_path_factory.mktemp("calc")
    if SOFFICE is None:
        if os.environ.get("CI") == "true":
            pytest.fail("LibreOffice is not installed (apt install libreoffice-calc-nogui)")
        pytest.skip("NO LIBREOFFICE ON THIS MACHINE: its tests of the sheet not run")
    book = Workbook()
    book.active["A1"] = "Prøve"
    book.save(folder / "probe.xlsx")
    try:
        convert(folder, (folder / "probe.xlsx").read_bytes(), "ods", name="probe.xlsx")
    except (StopIteration, subprocess.SubprocessError):
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("NO LIBREOFFICE CALC ON THIS MACHINE: its tests of the sheet not run")
    return folder


@pytest.fixture
def folder(calc, tmp_path):
    (tmp_path / "profil").symlink_to(calc / "profil")
    return tmp_path


def figures(path):
    """The rows of a sheet that LibreOffice computed: probability, consequence, risk, and the same after measures."""
    sheet = load_workbook(path, data_only=True)["ROS"]
    return [
        tuple(sheet[f"{column}{row}"].value or None for column in "DEFLMN")
        for row in range(7, sheet.max_row + 1)
        if sheet[f"C{row}"].value
    ]


def expected(assessment):
    return [
        (
            row.probability,
            row.consequence,
            score(row.probability, row.consequence),
            row.residual_probability,
            row.residual_consequence,
            row.residual_score,
        )
        for row in assessment.rows.all()
    ]


def test_in_changed_out_and_opened_again_with_the_same_figures(cast, folder):
    ods = convert(folder, sheet_file(top=3, left=2, also=["Notater"]), "ods")
    written = convert(folder, ods.read_bytes(), "xlsx", name="fra_calc.ods").read_bytes()
    with zipfile.ZipFile(folder / "ut" / "fra_calc.xlsx") as package:
        assert b"LibreOffice" in package.read("docProps/app.xml")
    sheet = SheetImport.keep(cast.leader, name="ros.xlsx", content=reading.read(written).as_data())
    proposed = proposal.rows(sheet.content)
    assert [row.values["threat"] for row in proposed] == [row["threat"] for row in ROWS]
    assert [row.remarks for row in proposed] == [[], [], []], "the products that LibreOffice computed are ours"
    assessment = sheet.begin(
        cast.leader, [row.values for row in proposed], unit=cast.leader.unit, title="ROS", use="hms"
    )
    assessment.rows.first().write(cast.leader, probability=5, residual_probability=2, residual_consequence=3)
    factories.make_risk(assessment, cast.leader, threat="=2+2", probability=1, consequence=5)
    content = writing.workbook(exporting.of_assessment(assessment))
    opened = convert(folder, content, "xlsx", name="ut_igjen.xlsx")
    assert figures(opened) == expected(assessment)
    again = reading.read(opened.read_bytes())
    assert [cells.values(row.risk) for row in proposal.rows(again.as_data())] == [
        cells.values(row) for row in assessment.rows.all()
    ]
    assert [row.key for row in again.rows] == [str(row.key) for row in assessment.rows.all()]
    assert again.assessment == str(assessment.key)
    assert again.memory == reading.read(content).memory


def test_libreoffice_computes_the_risk_of_what_is_filled_in(cast, folder):
    assessment = factories.make_assessment(cast.leader)
    for probability, consequence in ((3, 4), (2, 5), (None, 3)):
        factories.make_risk(assessment, cast.leader, probability=probability, consequence=consequence)
    filled = folder / "fylt.xlsx"
    book = load_workbook(io.BytesIO(writing.workbook(exporting.of_assessment(assessment))))
    for address, value in {"D7": 5, "C10": "En ny", "D10": 4, "E10": 4, "L10": 2, "M10": 1}.items():
        book["ROS"][address] = value
    book.save(filled)  # without what the formulas came to before
    lines = convert(folder, filled.read_bytes(), "csv", name="fylt.xlsx", filter_name=AS_SHOWN).read_text("utf-8")
    rows = [line for line in csv.reader(lines.splitlines()) if line and line[0] in {"1", "2", "3", "4"}]
    assert [(row[5], row[13]) for row in rows] == [("20", ""), ("10", ""), ("", ""), ("16", "2")]


def test_the_guard_is_still_there_after_libreoffice(cast, folder):
    content = writing.workbook(exporting.of_assessment(factories.make_assessment(cast.leader, rows=1)))
    sheet = load_workbook(convert(folder, content, "xlsx"))["ROS"]
    assert sheet.protection.sheet
    assert sheet["F7"].protection.locked
    assert not sheet["D7"].protection.locked
    assert any(rule.type == "whole" for rule in sheet.data_validations.dataValidation)
