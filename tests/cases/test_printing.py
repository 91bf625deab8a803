"""The case as PDF (S34), read back with poppler: what the reader may read, and nothing else."""

import io
import os
import shutil
import subprocess

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from cases import uploads
from cases.models import Action, Answer, Case, LookUp, Question, Reply
from tests import factories

if shutil.which("pdftotext") is None and os.environ.get("CI") != "true":
    pytest.skip("NO POPPLER ON THIS MACHINE: PDF tests not run", allow_module_level=True)


@pytest.fixture
def read(login, tmp_path):
    """`read(person, case)` is the text of the person's PDF as one line of words."""

    def words(person, case, query="", program="pdftotext", *options):
        response = login(person).get(f"/saker/{case.reference}/pdf/{query}")
        assert response.status_code == 200
        file = tmp_path / "case.pdf"
        file.write_bytes(response.content)
        command = [program, *options, str(file), *(["-"] if program == "pdftotext" else [])]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return " ".join(text.replace("\u200b", "").replace("\u00ad", "").split())

    return words


@pytest.fixture
def case(cast) -> Case:
    return factories.make_case_with_cause(
        cast.reporter, cast.leader, title="Tilgang", description="Ring Kari på 912 34 567."
    )


def picture() -> uploads.CleanFile:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(target, "PNG")
    return uploads.CleanFile("rampe.png", "image/png", target.getvalue())


def test_the_whole_road_is_there(case, cast, read):
    action = factories.make_action(case, cast.leader, cast.handler, text="Steng tilgangen")
    action.complete(cast.handler, note="Stengt alle")
    action.evaluate(cast.leader, effect=Action.Effect.EFFECTIVE, note="Stikkprøve uten feil")
    case.close(cast.leader, residual_probability=1, residual_consequence=4, lesson="Sjekk sluttdato")
    text = read(cast.leader, case)
    for said in (
        case.reference, "Tilgang", "Ring Kari på 912 34 567.", "Ingen melder fra når et oppdrag er slutt.",
        "Steng tilgangen", "Stengt alle", "Stikkprøve uten feil", "Sjekk sluttdato", "4 4 16", "1 4 4",
        "Side 1 av", "Ukontrollert når den er skrevet ut", cast.leader.get_full_name(), f"/saker/{case.reference}/",
    ):  # fmt: skip
        assert said in text, said


def test_it_is_tagged_and_in_norwegian(case, cast, read):
    assert "Tagged: yes" in read(cast.leader, case, "", "pdfinfo")


def test_others_read_it_masked(case, cast, read):
    case.say(cast.leader, "Vikaren er Kari Testesen.")
    text = read(cast.outsider, case)
    assert "Tilgang" in text
    for hidden in ("912 34 567", cast.leader.get_full_name(), cast.reporter.get_full_name()):
        assert hidden not in text, hidden


def test_names_of_who_spoke_are_hidden_in_every_text(cast, read):
    case = factories.make_case(cast.reporter, description="Colleague Testesen glemte nøkkelen.")
    case.say(cast.colleague, "Det stemmer.")
    assert "Colleague Testesen" not in read(cast.outsider, case)


def test_internal_notes_only_when_asked_for(case, cast, read):
    case.say(cast.leader, "Snakk med verneombudet.", internal=True)
    assert "verneombudet" not in read(cast.leader, case)
    assert "verneombudet" in read(cast.leader, case, "?notater=1")


@pytest.mark.parametrize("who", ["reporter", "outsider", "service_desk"])
def test_internal_notes_are_refused_to_those_who_do_not_handle_it(case, cast, login, who):
    assert login(getattr(cast, who)).get(f"/saker/{case.reference}/pdf/?notater=1").status_code == 403


def answer(cast, handbook, case, words: str, text: str = "Hvem var til stede?", file=None, **fields) -> None:
    question = factories.make_question(handbook, cast.quality_manager, text, **fields)
    Answer.give(cast.reporter, case, [Reply(question, words, file)])


def test_what_the_page_asked_is_printed_with_the_answers(cast, handbook, read):
    case = factories.make_case(cast.reporter)
    answer(cast, handbook, case, "Vaktleder, tlf. 912 34 567")
    answer(cast, handbook, case, "Lest", "Er noen skadd? Ring 113.", type=Question.Type.STOP)
    whole, masked = read(cast.leader, case), read(cast.outsider, case)
    for text in (whole, masked):
        assert "Hvem var til stede?" in text and "Vaktleder" in text
        assert "Er noen skadd? Ring 113." in text
    assert "912 34 567" in whole
    assert "912 34 567" not in masked


def test_a_file_as_answer_is_named_only_to_those_who_read_it_whole(cast, handbook, read):
    case = factories.make_case(cast.reporter)
    file = uploads.CleanFile("kari-hansen.txt", "text/plain", b"x")
    answer(cast, handbook, case, file.name, type=Question.Type.FILE, file=file)
    assert "kari-hansen.txt" in read(cast.leader, case)
    assert "kari-hansen" not in read(cast.outsider, case)


def test_a_reporter_who_is_anonymous_to_colleagues_is_named_only_close_by(cast, read):
    case = factories.make_case(
        cast.reporter, anonymity=Case.Anonymity.COLLEAGUES, description="Meldt av Reporter Testesen på nattevakt."
    )
    case.say(cast.reporter, "Hilsen Reporter Testesen")
    for person in (cast.leader, cast.reporter):
        assert "Reporter Testesen" in read(person, case)
    for person in (cast.director, cast.quality_manager, cast.auditor, cast.outsider):
        text = read(person, case)
        assert "på nattevakt" in text, person
        assert "Reporter Testesen" not in text, person


def test_an_inhabitant_without_a_name_is_called_so(cast, units, read):
    case = factories.make_outside_case(units.home_care, anonymity=Case.Anonymity.ALL, name="", email="")
    case.triage(cast.service_desk, unit=units.home_care, kind=Case.Kind.DEVIATION, title="Ikke hjelp")
    assert "Innbygger" in read(cast.leader, case)


def test_a_sealed_case_on_paper_is_a_look_up(cast, read):
    case = factories.make_case(cast.reporter, sealed=True)
    read(cast.leader, case)
    assert case.look_ups.get().what == LookUp.What.PRINT


@pytest.mark.parametrize("who", ["outsider", "quality_manager", "service_desk"])
def test_a_sealed_case_is_not_there(cast, login, who):
    case = factories.make_case(cast.reporter, sealed=True)
    assert login(getattr(cast, who)).get(f"/saker/{case.reference}/pdf/").status_code == 404


def test_pictures_are_printed_for_those_who_read_it_whole(case, cast, read, tmp_path):
    case.attach(cast.reporter, [picture(), uploads.CleanFile("logg.txt", "text/plain", b"hemmelig innhold")])
    text = read(cast.leader, case)
    assert "rampe.png" in text and "logg.txt" in text
    assert "image" in read(cast.leader, case, "", "pdfimages", "-list")
    masked = read(cast.outsider, case)
    assert "rampe.png" not in masked and "logg.txt" not in masked
    assert "image" not in read(cast.outsider, case, "", "pdfimages", "-list").split("---")[-1]


def test_letters_are_for_those_who_read_it_whole(cast, units, read):
    case = factories.make_outside_case(units.municipality)
    case.triage(
        cast.service_desk, unit=units.home_care, kind=Case.Kind.DEVIATION, title="Ikke hjelp", answer="Beklager!"
    )
    assert "Beklager!" in read(cast.leader, case)
    text = read(cast.outsider, case)
    for hidden in ("Beklager!", "Kari Innbygger", "kari@example.test"):
        assert hidden not in text, hidden


@pytest.mark.parametrize(
    "text", ['#image("/etc/passwd")', "$ x^2 $ *fet* _kursiv_ @ref <label> \\ `kode`", "= Overskrift // nei"]
)
def test_what_people_write_is_never_markup(cast, read, text):
    case = factories.make_case(cast.reporter, title="Markup", description=text)
    assert text.replace(" ", "") in read(cast.reporter, case).replace(" ", "")


def test_queries_do_not_grow_with_the_case(case, cast, handbook, login):
    client, address = login(cast.leader), f"/saker/{case.reference}/pdf/"
    client.get(address)

    def number() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    before = number()
    for number_of in range(5):
        answer(cast, handbook, case, "To", f"Spørsmål {number_of}")
        factories.make_action(case, cast.leader, cast.handler)
        case.say(cast.reporter, "Noe nytt?")
    assert number() == before
