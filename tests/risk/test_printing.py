"""The form on paper: what it says, to whom, and that it is a tagged PDF."""

import os
import shutil
import subprocess

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisation.roles import Right
from risk import printing
from tests import factories

if shutil.which("pdftotext") is None and os.environ.get("CI") != "true":
    pytest.skip("NO POPPLER ON THIS MACHINE: PDF tests not run", allow_module_level=True)


@pytest.fixture
def words(login, tmp_path):
    """`words(person, assessment)`: the text of the PDF as that person gets it, in one line."""

    def read(person, assessment, program="pdftotext"):
        answer = login(person).get(reverse("risk:pdf", args=[assessment.pk]))
        assert answer.status_code == 200
        file = tmp_path / "ros.pdf"
        file.write_bytes(answer.content)
        command = [program, str(file), *(["-"] if program == "pdftotext" else [])]
        return " ".join(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())

    return read


def test_a_draft_says_so_and_has_lines_to_sign_on(cast, words):
    draft = factories.make_assessment(cast.leader, title="ROS natt", leader_function="leder", scope="Bare natt.")
    draft.add_participant(cast.leader, name="Per Vernesen", function="verneombud")
    factories.make_serious_risk(
        draft, cast.leader, responsible=cast.handler, residual_probability=2, residual_consequence=4
    )
    text = words(cast.leader, draft)
    for said in (
        "UTKAST",
        "ROS natt",
        "Bare natt.",
        "Per Vernesen, verneombud",
        "4 × 4 = 16 høy",
        "middels",
        "Forebyggende: Gå to sammen",
        cast.handler.get_full_name(),
        "Underskrifter",
    ):
        assert said in text


def test_what_must_be_put_right_is_listed(cast, words):
    draft = factories.make_assessment(cast.leader)
    factories.make_risk(draft, cast.leader, probability=5, consequence=5)
    assert "Rad 1, Forebyggende: Risiko over 10 krever tiltak." in words(cast.leader, draft)


def test_a_decided_one_has_the_decision_and_its_cases(cast, words):
    decided = factories.make_decided(cast.leader, {"probability": 4, "consequence": 4, "preventive": "Øve"})
    text = words(cast.reporter, decided)
    assert decided.decision.sha256 in text.replace(" ", "").replace("\u200b", "").replace("\u2010", "")
    assert f"Besluttet av: {cast.leader.get_full_name()}" in text
    assert str(decided.rows.get().case) in text
    assert "Underskrifter" not in text
    assert "UTKAST" not in text


def test_a_sealed_case_is_not_named_for_those_who_may_not_read_it(cast, words):
    row = {"probability": 4, "consequence": 4, "preventive": "Øve"}
    decided = factories.make_assessment(cast.leader, restricted=True)
    decided.add_participant(cast.leader, user=cast.reporter)
    factories.make_risk(decided, cast.leader, **row)
    decided.decide(cast.leader)
    case = str(decided.rows.get().case)
    assert case in words(cast.leader, decided)
    text = words(cast.reporter, decided)
    assert case not in text
    assert "Begrenset innsyn" in text


def test_only_readers_get_it(cast, login):
    restricted = factories.make_decided(cast.leader, restricted=True)
    draft = factories.make_assessment(cast.leader, rows=1)
    for assessment in (restricted, draft):
        for person in (cast.outsider, cast.reporter, cast.it_leader):
            assert login(person).get(reverse("risk:pdf", args=[assessment.pk])).status_code == 404


def test_it_is_tagged_and_titled_and_lies_on_its_side(cast, words):
    text = words(cast.leader, factories.make_assessment(cast.leader, title="ROS natt", rows=1), "pdfinfo")
    assert "Title: ROS natt" in text
    assert "Tagged: yes" in text
    assert "841.89 x 595.276 pts" in text


def test_queries_do_not_grow_with_the_rows(cast):
    counts, reader = [], cast.deputy
    reader.right_paths(Right.READ_RESTRICTED_RISKS)  # asked once for a person
    for rows in (1, 12):
        row = {"probability": 4, "consequence": 4, "preventive": "Øve", "responsible": cast.handler}
        decided = factories.make_decided(cast.leader, *({**row, "threat": f"Trussel {n}"} for n in range(rows)))
        with CaptureQueriesContext(connection) as seen:
            printing.printout(decided, reader=cast.deputy)
        counts.append(len(seen))
    assert counts[0] == counts[1]
