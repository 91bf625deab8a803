"""The minutes on paper, read back, and the yearly report to the council as page, PDF and Word."""

import io
import subprocess

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from docx import Document

from cases.models import Case
from organisation import clock
from organisation.history import StaleVersion
from results import annual_reports
from results.models import AnnualReport, FrozenReport
from tests import factories


def text_of(pdf):
    """What the PDF says, with divided words made whole."""
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().replace("\u00ad\n", "").replace("\u200b", "").split())


class TestMinutes:
    def test_read_back(self, cast, login):
        factories.make_closed_review(
            cast.leader,
            {"text": "Eldre beslutning"},
            first=factories.datetime.date(2025, 1, 1),
            last=factories.datetime.date(2025, 4, 30),
        )
        review = factories.make_meeting(cast.leader)
        review.comment(cast.leader, "c4", text="Færre fall enn i fjor.")
        decision = factories.make_decision(cast.leader, review, text="Vikarer leser rutinen", owner=cast.deputy)
        old = factories.Meeting(review).earlier[0]
        factories.make_sign_off(cast.leader, review, old)
        factories.go_through(cast.leader, review)
        review.conclude(cast.leader, "Systemet virker godt nok.")
        factories.meetings.close(cast.leader, review)
        answer = login(cast.outsider).get(reverse("results:review_pdf", args=[review.pk]))
        assert answer["Content-Type"] == "application/pdf"
        text = text_of(answer.content)
        decision.refresh_from_db()
        expected = (
            "Plasstillitsvalgt",
            "Færre fall enn i fjor.",
            "Vikarer leser rutinen",
            "Deputy Testesen",
            f"{decision.deadline:%d.%m.%Y}",
            decision.case.reference,
            "Eldre beslutning",
            "Halvveis.",
            "Systemet virker godt nok.",
        )
        for part in expected:
            assert part in text, part
        assert review.figures.sha256 in text.replace(" ", "")
        assert review.minutes.sha256 in text.replace(" ", "")

    def test_the_minutes_stand_when_the_world_goes_on(self, cast):
        review = factories.make_closed_review(cast.leader, {"text": "Ny rutine"})
        case = review.decisions.get().case
        before = review.minutes.content
        case.actions.get().cancel(cast.leader, reason="Ikke aktuelt.")
        assert review.minutes.content == before
        assert review.minutes.is_whole
        assert Case.objects.get(pk=case.pk).reference == before["decisions"][0]["case"]

    def test_papers_for_the_meeting_before_it_is_held(self, cast, login):
        review = factories.make_review(cast.leader)
        assert login(cast.leader).get(reverse("results:review_pdf", args=[review.pk])).status_code == 200

    def test_words_in_another_alphabet_and_marks_are_only_text(self, cast, login):
        review = factories.make_meeting(cast.leader)
        review.comment(cast.leader, "c4", text="#set page(width: 1cm) <b>漢字</b> $x$ \\ @ref")
        answer = login(cast.leader).get(reverse("results:review_pdf", args=[review.pk]))
        assert "#set page(width: 1cm)" in text_of(answer.content)


class TestYearlyReport:
    @pytest.fixture
    def report(self, cast, units):
        return AnnualReport.begin(cast.director, units.municipality, year=2025)

    def test_written_and_issued(self, cast, units, login, report):
        client = login(cast.director)
        data = {"version": report.version, "introduction": "Kort om året.", "assessment": "Den virker."}
        client.post(reverse("results:annual_report_write", args=[2025]), data)
        report.refresh_from_db()
        client.post(reverse("results:annual_report_issue", args=[2025]), {"version": report.version})
        report.refresh_from_db()
        assert not report.is_draft
        assert report.frozen.is_whole
        page = login(cast.outsider).get(report.get_absolute_url()).content.decode()
        assert "Den virker." in page
        assert report.frozen.sha256 in page

    def test_issued_it_stands_when_the_world_goes_on(self, cast, units, report):
        report.write(cast.director, units.municipality, assessment="Den virker.")
        annual_reports.issue(cast.director, report, units.municipality)
        with clock.set_to(clock.now().replace(year=2025, month=6, day=1)):
            factories.make_case(cast.reporter)
        shown = annual_reports.shown(report, units.municipality)
        assert shown["sections"][0]["figures"][0]["value"] == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            FrozenReport.objects.update(by_name="En annen")

    def test_as_pdf_and_word_with_the_same_figures(self, cast, units, login, report):
        with clock.set_to(clock.now().replace(year=2025, month=6, day=1)):
            for _number in range(3):
                factories.make_case(cast.reporter)
        report.write(cast.director, units.municipality, introduction="Kort om året.\nOg mer.", assessment="Den virker.")
        client = login(cast.director)
        text = text_of(client.get(reverse("results:annual_report_pdf", args=[2025])).content)
        answer = client.get(reverse("results:annual_report_word", args=[2025]))
        assert "attachment" in answer["Content-Disposition"]
        document = Document(io.BytesIO(answer.content))
        words = [paragraph.text for paragraph in document.paragraphs]
        assert "Den virker." in words
        assert "Kort om året." in words
        assert "Den virker." in text
        figures = {row.cells[0].text: row.cells[1].text for row in document.tables[0].rows}
        content = annual_reports.shown(report, units.municipality)
        first = content["sections"][0]["figures"][0]
        assert first["value"] == 3
        assert figures[first["label"]] == "3"
        assert f"{first['label']} 3" in text

    def test_not_issued_without_the_directors_assessment(self, cast, login, report):
        answer = login(cast.director).post(
            reverse("results:annual_report_issue", args=[2025]), {"version": report.version}
        )
        assert answer.context["form"].non_field_errors()
        report.refresh_from_db()
        assert report.is_draft

    def test_not_changed_or_issued_again(self, cast, units, report):
        report.write(cast.director, units.municipality, assessment="Den virker.")
        annual_reports.issue(cast.director, report, units.municipality)
        with pytest.raises(ValidationError):
            report.write(cast.director, units.municipality, assessment="Omskrevet.")
        with pytest.raises(ValidationError):
            annual_reports.issue(cast.director, report, units.municipality)

    def test_two_write_at_once(self, cast, units, login, report):
        data = {"version": report.version, "introduction": "Mine ord", "assessment": ""}
        report.write(cast.quality_manager, units.municipality, introduction="Den andres ord")
        answer = login(cast.director).post(reverse("results:annual_report_write", args=[2025]), data)
        assert answer.status_code == 409
        assert "Mine ord" in answer.content.decode()
        with pytest.raises(StaleVersion):
            annual_reports.issue(cast.director, report, units.municipality, version=1)

    def test_one_for_each_year_and_none_for_a_year_to_come(self, cast, units, login, report):
        client, begin = login(cast.director), reverse("results:annual_report_begin")
        client.post(begin, {"year": 2025})
        assert AnnualReport.objects.count() == 1
        answer = client.post(begin, {"year": clock.today().year + 1})
        assert "year" in answer.context["form"].errors

    def test_the_quality_manager_writes_and_the_director_issues(self, cast, units, report):
        report.write(cast.quality_manager, units.municipality, assessment="Den virker.")
        with pytest.raises(PermissionDenied):
            annual_reports.issue(cast.quality_manager, report, units.municipality)
        for person in (cast.leader, cast.auditor):
            with pytest.raises(PermissionDenied):
                report.write(person, units.municipality, assessment="Nei.")

    def test_for_others_a_draft_is_nowhere(self, cast, login, report):
        for step in ("", "pdf/", "word/", "skriv/", "utsted/"):
            assert login(cast.leader).get(f"{report.get_absolute_url()}{step}").status_code == 404
        assert (
            report.get_absolute_url() not in login(cast.leader).get(reverse("results:annual_reports")).content.decode()
        )
