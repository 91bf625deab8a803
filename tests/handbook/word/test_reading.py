"""What a Word file becomes, and what is said about the rest (G10). Nothing is lost in silence."""

import io

import pytest
from docx import Document as new_document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.shared import Cm
from PIL import Image

from tests.handbook.word.files import FOLDER, MORE, W, blocks_of, drafted, remarks_of, saved, with_xml, word_file


def picture() -> io.BytesIO:
    target = io.BytesIO()
    Image.new("RGB", (20, 20), (10, 120, 60)).save(target, "PNG")
    target.seek(0)
    return target


@pytest.fixture
def routine():
    """A procedure made in LibreOffice, with everything that procedures have."""
    return drafted((FOLDER / "rutine.docx").read_bytes())


def test_the_title_is_the_title(routine):
    assert routine.title == "Nøkkelhåndtering i hjemmetjenesten"


def test_known_headings_become_their_own_blocks(routine):
    kinds = [block["type"] for block in routine.body]
    assert kinds[:2] == ["purpose", "scope"]
    assert blocks_of(routine, "purpose") == [
        "<p>Ingen nøkkel skal komme på avveie. Rutinen <b>gjelder alltid</b>, også for <i>vikarer</i>.</p>"
    ]
    assert blocks_of(routine, "heading")[:2] == ["Utstyr", "Ansvar"]


def test_a_link_that_runs_script_keeps_only_its_words(routine):
    scope = blocks_of(routine, "scope")[0]
    assert '<a href="https://www.helsetilsynet.no/">Helsetilsynet</a> og denne siden.' in scope
    assert "javascript" not in str(routine.body)
    assert "javascript:alert(1)" in remarks_of(routine)


def test_lists_keep_their_levels(routine):
    assert "<ul><li>Nøkkelskap<ul><li>med kode</li></ul></li><li>Kvitteringsbok[1]</li></ul>" in str(routine.body)


def test_a_numbered_list_becomes_steps_with_its_heading(routine):
    steps = blocks_of(routine, "steps")[0]
    assert steps["title"] == "Fremgangsmåte"
    assert [step["text"] for step in steps["steps"]] == [
        "<p>Hent nøkkelen i skapet.</p>",
        "<p>Kvitter i boken.</p><p>a) Skriv navn.</p><p>b) Skriv klokkeslett.</p>",
        "<p>Lever nøkkelen tilbake før vakten er slutt.</p>",
    ]


def test_merged_cells_are_repeated(routine):
    table = blocks_of(routine, "table")[0]["table"]
    assert [column["heading"] for column in table["columns"]] == ["Rolle", "Oppgave", "Hvor ofte"]
    assert table["rows"][1]["values"] == [
        "<p>Soneleder</p>",
        "<p>Teller nøkler hver måned</p>",
        "<p>Teller nøkler hver måned</p>",
    ]
    assert "merged cells" in remarks_of(routine)


def test_a_text_box_stands_where_it_was(routine):
    assert "<p>Ring vakttelefonen.</p><p>Husk: Aldri adresse på nøkkelen!</p>" in str(routine.body)
    assert "Text box" in remarks_of(routine)


def test_pictures_keep_their_alternative_text(routine):
    assert blocks_of(routine, "image")[0]["image"]["alt_text"] == "Nøkkelskapet med åpen dør"


def test_definitions_and_references_become_rows(routine):
    terms = [row["term"] for row in blocks_of(routine, "definitions")[0]]
    sources = blocks_of(routine, "references")[0]
    assert terms == ["Hovednøkkel", "Kvittering"]
    assert sources[0]["url"] == "https://lovdata.no/lov/2011-06-24-30"
    assert sources[1] == {"title": "Arkivplanen, kapittel 4", "note": "", "url": ""}


def test_notes_are_kept_at_the_end(routine):
    assert routine.body[-1]["value"] == "<ol><li>Boken ligger i resepsjonen.</li></ol>"


def test_tracked_changes_are_taken_and_told(routine):
    assert "Skapet er alltid låst, og koder byttes hvert år." in str(routine.body)
    assert "utgåtte" not in str(routine.body)
    assert "Kari Nordmann (1), Per Hansen (1)" in remarks_of(routine)


def test_comments_and_page_headers_are_left_out_and_told(routine):
    said = remarks_of(routine)
    assert "Ola Vik" in said and "Stemmer dette ennå?" in said
    assert "HMT-017 Versjon 3.2" in said
    assert "HMT-017" not in str(routine.body)


def test_no_word_of_the_routine_is_lost(routine):
    assert "Words that were not taken" not in remarks_of(routine)


# Files that Word itself would have made


def test_a_table_of_what_who_and_when_becomes_steps():
    document = new_document()
    document.add_heading("Slik gjør vi det", 1)
    table = document.add_table(3, 3)
    for row, texts in zip(
        table.rows,
        [("Hva", "Hvem", "Når"), ("Sperr kortet", "den ansatte", "straks"), ("Meld tapet", "leder", "samme dag")],
        strict=True,
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    draft = drafted(saved(document))
    steps = blocks_of(draft, "steps")[0]
    assert steps["title"] == "Slik gjør vi det"
    assert steps["steps"][1] == {"text": "<p>Meld tapet</p>", "role": "leder", "deadline": "samme dag"}
    assert [remark.words for remark in draft.remarks] == ["Hva, Hvem, Når"]


def test_a_single_top_heading_is_the_title():
    document = new_document()
    document.add_heading("Brannvern", 1)
    document.add_heading("Hensikt", 2)
    document.add_paragraph("Ingen skal bli skadet.")
    document.add_heading("Rømning", 2)
    document.add_paragraph("Gå ut.")
    draft = drafted(saved(document))
    assert draft.title == "Brannvern"
    assert [block["type"] for block in draft.body] == ["purpose", "heading", "text"]
    assert "Hensikt" in remarks_of(draft)


def test_bold_lines_are_headings_in_a_file_without_any():
    document = new_document()
    document.add_paragraph().add_run("1. Formål").bold = True
    document.add_paragraph("Trygge bad.")
    document.add_paragraph().add_run("Vakt").bold = True
    document.add_paragraph("To voksne.")
    draft = drafted(saved(document))
    assert [block["type"] for block in draft.body] == ["purpose", "heading", "text"]
    assert "Bold lines" in remarks_of(draft)


def test_a_table_without_headings_asks_for_them():
    document = new_document()
    table = document.add_table(2, 2)
    table.cell(0, 0).text = "Et langt svar som tydelig ikke er en overskrift, for det fyller hele cellen med ord."
    table.cell(1, 1).text = "Ja"
    draft = drafted(saved(document))
    assert len(blocks_of(draft, "table")[0]["table"]["rows"]) == 2
    assert "write a heading for each column" in remarks_of(draft)


def test_a_frame_around_a_text_becomes_a_callout():
    document = new_document()
    document.add_paragraph("Før")
    document.add_table(1, 1).cell(0, 0).text = "Ring 113 ved fare for liv."
    draft = drafted(saved(document))
    assert blocks_of(draft, "callout") == [{"tone": "info", "title": "", "text": "<p>Ring 113 ved fare for liv.</p>"}]


def test_a_picture_without_alternative_text_is_remarked_on():
    document = new_document()
    document.add_paragraph("Se tegningen")
    document.add_paragraph().add_run().add_picture(picture(), width=Cm(2))
    draft = drafted(saved(document))
    assert len(blocks_of(draft, "image")) == 1
    assert "without alternative text" in remarks_of(draft)


def test_a_picture_inside_a_table_comes_after_it():
    document = new_document()
    table = document.add_table(2, 1)
    table.cell(0, 0).text = "Skilt"
    table.cell(1, 0).paragraphs[0].add_run().add_picture(picture(), width=Cm(1))
    table.cell(1, 0).add_paragraph("Rømningsvei")
    draft = drafted(saved(document))
    assert [block["type"] for block in draft.body] == ["table", "image"]


P = "<w:p><w:r><w:t>Før</w:t></w:r>{}</w:p>"


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<m:oMath><m:r><m:t>E=mc2</m:t></m:r></m:oMath>", "simplified: An equation became text on one line: “E=mc2”"),
        ('<w:r><w:drawing><dgm:relIds r:dm="rId99"/></w:drawing></w:r>', "left_out: SmartArt"),
        ('<w:r><w:drawing><c:chart r:id="rId99"/></w:drawing></w:r>', "left_out: Chart"),
        ('<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>', "Embedded object (Excel.Sheet.12)"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>skjult ord</w:t></w:r>", "Hidden text: “skjult ord”"),
        ("<w:r><w:rPr><w:strike/></w:rPr><w:t>utgår</w:t></w:r>", "struck through is ordinary text now: “utgår”"),
        ('<w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t>viktig</w:t></w:r>', "Underlining, highlighting and colours"),
        ('<w:r><w:sym w:font="Symbol" w:char="F0FE"/></w:r>', "A sign from a special font: “symbol F0FE”"),
    ],
)
def test_what_cannot_be_taken_is_told(inside, said):
    draft = drafted(with_xml(P.format(inside)))
    assert said in remarks_of(draft)
    assert "Words that were not taken" not in remarks_of(draft)


def test_raised_digits_keep_their_meaning():
    raised = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r>'
    draft = drafted(with_xml(P.format(raised)))
    assert blocks_of(draft, "text") == ["<p>Før²</p>"]
    assert draft.remarks == []


def test_a_link_made_by_a_field_is_a_link():
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "https://lovdata.no/"</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t> loven</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert '<a href="https://lovdata.no/"> loven</a>' in str(drafted(with_xml(P.format(field))).body)


def test_the_table_of_contents_is_not_taken():
    contents = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o "1-3"</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>Innledning 3</w:t></w:r></w:p>'
    )
    end = '<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>Her begynner teksten.</w:t></w:r></w:p>'
    draft = drafted(with_xml(contents, end))
    assert blocks_of(draft, "text") == ["<p>Her begynner teksten.</p>"]
    assert "Table of contents" in remarks_of(draft)
    assert "Words that were not taken: “innledning”" in remarks_of(draft)


def test_a_box_for_new_and_old_word_is_read_once():
    box = "<w:txbxContent><w:p><w:r><w:t>Husk hjelm</w:t></w:r></w:p></w:txbxContent>"
    both = (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></w:drawing>"
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    draft = drafted(with_xml(P.format(both)))
    assert str(draft.body).count("Husk hjelm") == 1


def test_words_the_reader_does_not_know_how_to_take_are_told():
    draft = drafted(
        with_xml("<w:p><w:r><w:t>Kjent</w:t></w:r><w:ukjent><w:r><w:t>hemmelig avsnitt</w:t></w:r></w:ukjent></w:p>")
    )
    assert "Words that were not taken: “hemmelig, avsnitt”" in remarks_of(draft)


def test_a_cell_that_claims_millions_of_columns_is_cut_short():
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p><w:r><w:t>Ja</w:t></w:r></w:p></w:tc>'
    draft = drafted(with_xml(f"<w:tbl><w:tr>{cell}</w:tr><w:tr>{cell}</w:tr></w:tbl>"))
    assert len(blocks_of(draft, "table")[0]["table"]["columns"]) == 63


def test_markup_in_the_words_stays_words():
    draft = drafted(word_file("<script>alert(1)</script> & <b>"))
    assert blocks_of(draft, "text") == ["<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;</p>"]


def test_a_picture_outside_the_file_is_not_fetched():
    blip = '<w:r><w:drawing><wp:inline><a:blip r:link="{}"/></wp:inline></w:drawing></w:r>'
    document = new_document()
    relation = document.part.relate_to("http://127.0.0.1:9/x.png", RELATIONSHIP_TYPE.IMAGE, is_external=True)
    document.element.body.insert(0, parse_xml(f"<w:p {W} {MORE}>{blip.format(relation)}</w:p>"))
    draft = drafted(saved(document))
    assert blocks_of(draft, "image") == []
    assert "lies outside the file, not fetched" in remarks_of(draft)
