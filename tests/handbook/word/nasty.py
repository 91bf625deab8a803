"""Word files as municipalities have them, each with one thing that is hard to take (G10).

By hand, in the words Word itself writes; by python-docx; and by LibreOffice in `libreoffice/`.
"""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docx import Document as new_document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE as RELATED
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from PIL import Image

from .files import MORE, W, saved, with_xml

NUMBERED = (
    '<w:abstractNum w:abstractNumId="90"><w:lvl w:ilvl="0"><w:start w:val="{start}"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="{text}"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/>'
    '<w:lvlText w:val="%2)"/></w:lvl></w:abstractNum>'
)
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def item(text: str, number: int = 90, level: int = 0) -> str:
    return paragraph(run(text), properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def field(instruction: str, result: str | None = None, data: str = "") -> str:
    shown = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r><w:r><w:instrText xml:space="preserve">'
        f' {instruction} </w:instrText></w:r>{shown}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def added(document: Any, *elements: str) -> Any:
    """The document with elements of w: at its end, as `with_xml` writes them."""
    for element in elements:
        name = element[1:].partition(">")[0].partition(" ")[0]
        document.element.body.insert(
            len(document.element.body) - 1, parse_xml(element.replace(name, f"{name} {W} {MORE}", 1))
        )
    return document


def related(document: Any, kind: str, name: str, xml: str) -> str:
    """A part of the document's own; its relation."""
    part = Part(PackURI(name), "application/xml", xml.encode(), document.part.package)
    return document.part.relate_to(part, f"{RELATIONSHIPS}/{kind}")


def numbered(start: int = 1, text: str = "%1.") -> Any:
    """A document with a numbered list of its own: number 90."""
    document = new_document()
    numbering = document.part.numbering_part.element
    space = f" {W}>"
    numbering.insert(0, parse_xml(NUMBERED.format(start=start, text=text).replace(">", space, 1)))
    numbering.append(parse_xml(f'<w:num {W} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    return document


def png(size: tuple[int, int] = (40, 30)) -> io.BytesIO:
    target = io.BytesIO()
    Image.new("RGB", size, (10, 90, 160)).save(target, "PNG")
    target.seek(0)
    return target


def headings() -> bytes:
    document = new_document()
    document.styles.add_style("Overskrift1", WD_STYLE_TYPE.PARAGRAPH).base_style = document.styles["Heading 1"]
    for level, text in ((1, "1 Innledende"), (2, "1.1 Underordnet"), (3, "1.1.1 Dypest"), (4, "Fjerdenivå")):
        document.add_heading(text, level)
        document.add_paragraph(f"Avsnitt under {text}")
    document.add_paragraph("Lokalisert", style="Overskrift1")
    document.add_paragraph("Slutt")
    document.add_heading("Meget lang overskrift " + "ordrik " * 40, 1)
    return saved(document)


def numbered_headings() -> bytes:
    document = numbered(text="Kapittel %1")
    properties = '<w:pStyle w:val="Heading1"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="90"/></w:numPr>'
    return saved(
        added(
            document,
            paragraph(run("Hjemmel"), properties=properties),
            paragraph(run("Etter loven.")),
            paragraph(run("Utførelse"), properties=properties),
            paragraph(run("Se kapittel 1.")),
        )
    )


def continued_list() -> bytes:
    return saved(
        added(
            numbered(),
            item("Skru av strømmen"),
            item("Vent"),
            paragraph(run("Merk faren."), properties='<w:pStyle w:val="Heading1"/>'),
            item("Skru på igjen"),
            item("Kontroller"),
        )
    )


def list_from_seven() -> bytes:
    return saved(added(numbered(start=7), item("Sjuende"), item("underpunkt", level=1), item("Åttende")))


def picture_between_steps() -> bytes:
    document = added(numbered(), item("Logg inn"), item("Velg skjema"))
    document.add_paragraph().add_run().add_picture(png())
    return saved(added(document, item("Fyll ut"), item("Send")))


def tracked() -> bytes:
    return with_xml(
        paragraph(
            run("Før "),
            f'<w:ins w:id="1" w:author="Kari">{run("innskutt ")}</w:ins>',
            '<w:del w:id="2" w:author="Per"><w:r><w:delText>strøket formulering</w:delText></w:r></w:del>',
            f'<w:moveFrom w:id="3" w:author="Per">{run("flyttet setning")}</w:moveFrom>',
            '<w:r><w:rPr><w:b/><w:rPrChange w:id="4" w:author="Per"><w:rPr/></w:rPrChange></w:rPr><w:t>fet</w:t></w:r>',
        ),
        paragraph(f'<w:moveTo w:id="5" w:author="Per">{run("flyttet setning")}</w:moveTo>'),
        f'<w:tbl><w:tr><w:trPr><w:del w:id="6" w:author="Per"/></w:trPr><w:tc>{paragraph(run("fjernet rad"))}</w:tc></w:tr>'
        f"<w:tr><w:tc>{paragraph(run('bevart rad'))}</w:tc></w:tr></w:tbl>",
    )


def fields() -> bytes:
    box = '<w:ffData><w:name w:val="a"/><w:checkBox><w:default w:val="1"/></w:checkBox></w:ffData>'
    choices = '<w:ffData><w:ddList><w:listEntry w:val="Nordre"/><w:listEntry w:val="Søndre"/></w:ddList></w:ffData>'
    return with_xml(
        paragraph(run("Dato "), field('DATE \\@ "d.M.yyyy"', "24.11.2019"), run(" side "), field("PAGE", "3")),
        paragraph(run("Hei "), field("MERGEFIELD Fornavn", "«Fornavn»"), field("REF _Ref1 \\h", "Tabell 4")),
        paragraph(field("FORMCHECKBOX", data=box), run(" Godkjent")),
        paragraph(run("Sone: "), field("FORMDROPDOWN", data=choices)),
        paragraph(run("Brøk "), field("EQ \\f(teller;nevner)")),
        paragraph(field('XE "oppslagsord"'), run("Stikkord")),
        paragraph(field("SYMBOL 252 \\f Wingdings", "\uf0fc"), run(" utført")),
        paragraph(f'<w:fldSimple w:instr="NUMPAGES">{run("12")}</w:fldSimple>'),
    )


def unfinished_field() -> bytes:
    return with_xml(
        paragraph(
            run("Begynnelse"), '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r>'
        ),
        paragraph(run("Hele resten av dokumentet")),
    )


def controls() -> bytes:
    choices = "".join(f'<w:listItem w:displayText="{text}" w:value="{text}"/>' for text in ("Daglig", "Ukentlig"))
    asking = "<w:sdtPr><w:showingPlcHdr/></w:sdtPr>"
    return with_xml(
        paragraph(
            run("Hyppighet: "),
            f"<w:sdt><w:sdtPr><w:dropDownList>{choices}</w:dropDownList></w:sdtPr><w:sdtContent>{run('Daglig')}"
            "</w:sdtContent></w:sdt>",
            f"<w:sdt>{asking}<w:sdtContent>{run('Klikk for å skrive')}</w:sdtContent></w:sdt>",
        ),
        f"<w:sdt>{asking}<w:sdtContent>{paragraph(run('Velg et bygg'))}</w:sdtContent></w:sdt>",
        paragraph(f"<w:sdt><w:sdtPr/><w:sdtContent>{run('☒ Utført')}</w:sdtContent></w:sdt>"),
    )


def links() -> bytes:
    document = new_document()
    outside = [
        document.part.relate_to(address, RELATED.HYPERLINK, is_external=True)
        for address in ("https://lovdata.no/lov", r"file:///K:\Skjema\skjema.docx", "../Skjema/annet.docx")
    ]
    parts = [
        f'<w:hyperlink r:id="{outside[0]}" w:anchor="§7">{run("paragraf sju")}</w:hyperlink>',
        f'<w:hyperlink r:id="{outside[1]}">{run("fellesområdet")}</w:hyperlink>',
        f'<w:hyperlink r:id="{outside[2]}">{run("nabofilen")}</w:hyperlink>',
        f'<w:bookmarkStart w:id="1" w:name="her"/>{run("målet")}<w:bookmarkEnd w:id="1"/>',
        f'<w:hyperlink w:anchor="her">{run("se målet")}</w:hyperlink>',
    ]
    return saved(added(document, *map(paragraph, parts)))


def drawn() -> bytes:
    """Boxes, a group of shapes, WordArt of old and new Word, a line."""
    box = "<w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:txbxContent>"
    shape = f"<wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp>"
    group = '<wpg:wgp xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup">{}</wpg:wgp>'
    lines = "<wps:wsp><wps:cNvCnPr/></wps:wsp>" * 3
    return with_xml(
        paragraph(
            run("Flyt"),
            f"<w:r><w:drawing><wp:anchor>{group.format(shape.format('Mottak') + shape.format('Vurdering') + lines)}"
            "</wp:anchor></w:drawing></w:r>",
        ),
        paragraph('<w:r><w:pict><v:shape><v:textpath string="FORELDET"/></v:shape></w:pict></w:r>'),
        paragraph(f"<w:r><w:pict><v:shape><v:textbox>{box.format('Gammel boks')}</v:textbox></v:shape></w:pict></w:r>"),
        paragraph(
            "<w:r><w:drawing><wp:inline><a:graphic><a:graphicData><a:txBody><a:p><a:r><a:t>Lerretstekst</a:t></a:r></a:p>"
            "</a:txBody></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        ),
        paragraph('<w:r><w:pict><v:line from="0,0" to="9,9"/></w:pict></w:r>', run("Etter streken")),
    )


def chart_and_diagram() -> bytes:
    document = new_document()
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    c = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    words = "<a:p><a:r><a:t>{}</a:t></a:r></a:p>"
    chart = related(
        document,
        "chart",
        "/word/charts/chart1.xml",
        f"<c:chartSpace {c} {a}><c:title>{words.format('Fravær')}</c:title><c:cat><c:pt><c:v>Januar</c:v></c:pt></c:cat>"
        "</c:chartSpace>",
    )
    diagram = related(
        document,
        "diagramData",
        "/word/diagrams/data1.xml",
        f"<x {a}>{words.format('Leder')}{words.format('Ansatt')}</x>",
    )
    return saved(
        added(
            document,
            paragraph(
                f'<w:r><w:drawing><wp:inline><c:chart r:id="{chart}"/></wp:inline></w:drawing></w:r>', run("Graf")
            ),
            paragraph(f'<w:r><w:drawing><wp:inline><dgm:relIds r:dm="{diagram}"/></wp:inline></w:drawing></w:r>'),
        )
    )


def equations() -> bytes:
    text = "<m:r><m:t>{}</m:t></m:r>".format
    fraction = f"<m:f><m:num>{text('skader')}</m:num><m:den>{text('årsverk')}</m:den></m:f>"
    power = f"<m:sSup><m:e>{text('tid')}</m:e><m:sup>{text('2')}</m:sup></m:sSup>"
    return with_xml(
        paragraph(run("Frekvensen er "), f"<m:oMath>{fraction}{text('+')}{power}</m:oMath>", run(" per år.")),
        f"<m:oMathPara><m:oMath>{text('alene')}</m:oMath></m:oMathPara>",
    )


def symbols() -> bytes:
    font = '<w:rFonts w:ascii="{0}" w:hAnsi="{0}"/>'.format
    return with_xml(
        paragraph(run("ü", font("Wingdings")), run(" kontrollert")),
        paragraph(run("\uf0fc", font("Wingdings")), run(" haket av")),
        paragraph(run("a", font("Symbol")), run(" stråling")),
        paragraph('<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>', run(" 18 år")),
        paragraph('<w:r><w:sym w:font="Wingdings" w:char="F04A"/></w:r>', run(" glad")),
        paragraph(run("e"), "<w:r><w:noBreakHyphen/></w:r>", run("post"), "<w:r><w:softHyphen/></w:r>", run("adresse")),
        paragraph(run("§\u00a07 i\u00adkke")),
    )


def hidden() -> bytes:
    document = new_document()
    document.styles.add_style("Usynlig", WD_STYLE_TYPE.CHARACTER).font.hidden = True
    document.add_paragraph("Synlig ").add_run("skjult merknad", style="Usynlig")
    return saved(added(document, paragraph(run("gjemt nøkkelkode", "<w:vanish/>"), run("Åpent"))))


def pictures() -> bytes:
    """Cropped, turned, in a heading, in a cell of a nested table, of kinds that browsers don't show."""
    document = new_document()
    document.add_heading("Skilt", 1).add_run().add_picture(png())
    cropped = document.add_paragraph().add_run().add_picture(png())
    fill = cropped._inline.graphic.graphicData.pic.blipFill
    fill.insert(1, parse_xml(f'<a:srcRect {W} l="50000" b="50000"/>'))
    outer = document.add_table(1, 2)
    outer.cell(0, 0).text = "Ytre"
    inner = outer.cell(0, 1).add_table(1, 1)
    inner.cell(0, 0).paragraphs[0].add_run("Indre").add_picture(png())
    vector = related(document, "image", "/word/media/tegning.emf", "emf")
    drawing = f'<w:r><w:drawing><wp:inline><wp:docPr id="9" name="x" descr="Planskisse"/><a:blip r:embed="{vector}"/>'
    return saved(added(document, paragraph(run("Plan"), f"{drawing}</wp:inline></w:drawing></w:r>")))


def tables() -> bytes:
    cell = "<w:tc><w:tcPr>{}</w:tcPr>{}</w:tc>".format
    return with_xml(
        "<w:tbl><w:tr>"
        + cell('<w:gridSpan w:val="2"/>', paragraph(run("Over begge")))
        + "</w:tr><w:tr>"
        + cell('<w:vMerge w:val="restart"/>', paragraph(run("Nedover")))
        + cell("", paragraph(run("ved siden")))
        + "</w:tr><w:tr>"
        + cell("<w:vMerge/>", paragraph(run("under den sammenslåtte")))
        + cell("", paragraph(run("nederst")) + item("punkt i celle"))
        + "</w:tr></w:tbl>",
        paragraph(run("Skjema")),
        "<w:tbl>"
        + "".join(
            f"<w:tr>{cell('', paragraph(run(a)))}{cell('', paragraph(run(b)))}</w:tr>"
            for a, b in (("Navn", "Underskrift"), ("", ""), ("", ""))
        )
        + "</w:tbl>",
        "<w:tbl>"
        + "".join(
            f"<w:tr>{''.join(cell('', paragraph(run(text))) for text in row)}</w:tr>"
            for row in (("Pkt", "Aktivitet", "Ansvarlig"), ("1", "Ring", "vakt"), ("2", "Skriv", "leder"))
        )
        + "</w:tbl>",
    )


def notes() -> bytes:
    """A note that is referred to, one whose mark is deleted, and a picture in a note."""
    document = new_document()
    document.add_paragraph("Tekst")
    note = '<w:footnote w:id="{}"><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:footnote>'
    xml = f"<w:footnotes {W}>{note.format(2, 'Fotnoten')}{note.format(3, 'Foreldreløs note')}</w:footnotes>"
    related(document, "footnotes", "/word/footnotes.xml", xml)
    ends = f'<w:endnotes {W}><w:endnote w:id="2"><w:tbl><w:tr><w:tc>{paragraph(run("Tabell i sluttnote"))}</w:tc></w:tr></w:tbl></w:endnote></w:endnotes>'
    related(document, "endnotes", "/word/endnotes.xml", ends)
    return saved(
        added(
            document,
            paragraph(run("Se"), '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:endnoteReference w:id="2"/></w:r>'),
        )
    )


def sheets() -> bytes:
    """Header with number and table of revisions, different first page, watermark and logo."""
    document = new_document()
    document.add_paragraph("Innhold")
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = "Prosedyre 14-B " + "langt topptekstord " * 20 + "bakerst"
    section.first_page_header.paragraphs[0].text = "Førstesidehode"
    section.first_page_header.paragraphs[0].add_run().add_picture(png())
    table = section.footer.add_table(2, 2, section.page_width)
    table.cell(1, 1).text = "Revidert 2018 av Olsen"
    mark = '<w:r><w:pict><v:shape><v:textpath string="UTKAST"/></v:shape></w:pict></w:r>'
    section.header._element.append(parse_xml(paragraph(mark).replace("<w:p>", f"<w:p {W} {MORE}>")))
    return saved(document)


def lengths() -> bytes:
    document = new_document()
    document.add_paragraph("Tittel " + "utrolig " * 50 + "tittelslutt", style="Title")
    document.add_paragraph("Undertittel " + "lang " * 80 + "undertittelslutt", style="Subtitle")
    document.add_heading("Fremgangsmåte " + "beskrevet " * 20 + "overskriftslutt", 1)
    for text in ("Én", "To"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("Ord" * 400)
    picture = document.add_paragraph().add_run().add_picture(png())
    picture._inline.docPr.set("descr", "Beskrivelse " + "svært " * 60 + "altslutt")
    return saved(document)


def faked_headings() -> bytes:
    document = new_document()
    document.styles.add_style("Mellomtittel", WD_STYLE_TYPE.PARAGRAPH).font.bold = True
    document.add_paragraph("Hensikt", style="Mellomtittel")
    document.add_paragraph("Trygghet.")
    document.add_paragraph("ANSVAR", style="Mellomtittel")
    document.add_paragraph("Lederen.")
    return saved(document)


def definitions() -> bytes:
    document = new_document()
    document.add_heading("Begreper", 1)
    table = document.add_table(2, 2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("Ord", "Forklaring", "Avvik", "Feil"), strict=True
    ):
        cell.text = text
    return saved(document)


def other_scripts() -> bytes:
    return with_xml(
        paragraph(run("مرحبا بكم"), properties="<w:bidi/>"),
        paragraph(f'<w:bdo w:val="rtl">{run("שלום")}</w:bdo>', run(" 日本語 Ŋuorra")),
        paragraph(f"<w:r><w:ruby><w:rt>{run('lese')}</w:rt><w:rubyBase>{run('grunn')}</w:rubyBase></w:ruby></w:r>"),
    )


def embedded() -> bytes:
    document = new_document()
    shown = related(document, "image", "/word/media/ark.emf", "emf")
    chunk = related(document, "aFChunk", "/word/afchunk.htm", "<html><body>x</body></html>")
    return saved(
        added(
            document,
            paragraph(
                run("Regnearket: "),
                f'<w:r><w:object><v:shape><v:imagedata r:id="{shown}"/></v:shape><o:OLEObject ProgID="Excel.Sheet.12"/>'
                "</w:object></w:r>",
            ),
            f'<w:altChunk r:id="{chunk}"/>',
        )
    )


def comments() -> bytes:
    document = new_document()
    paragraph = document.add_paragraph("Rutinen")
    document.add_comment(paragraph.runs, text="Er dette riktig ennå?", author="Ola Vik")
    return saved(document)


def contents_list() -> bytes:
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    return with_xml(
        f"<w:sdt>{gallery}<w:sdtContent>{paragraph(run('Innholdsfortegnelse'))}{paragraph(run('Foreldet kapittel'))}"
        "</w:sdtContent></w:sdt>",
        paragraph(run("Kapittel"), properties='<w:pStyle w:val="Heading1"/>'),
        paragraph(run("Tekst")),
    )


def unknown() -> bytes:
    many = " ".join(f"ukjentord{number}" for number in range(60))
    return with_xml(f"<w:p>{run('Kjent')}<w:ukjent>{run(many)}</w:ukjent></w:p>")


MADE: tuple[Callable[[], bytes], ...] = (
    headings, numbered_headings, continued_list, list_from_seven, picture_between_steps, tracked, fields,
    unfinished_field, controls, links, drawn, chart_and_diagram, equations, symbols, hidden, pictures, tables, notes,
    sheets, lengths, faked_headings, definitions, other_scripts, embedded, comments, contents_list, unknown,
)  # fmt: skip
LIBREOFFICE = sorted((Path(__file__).parent / "libreoffice").glob("*.docx"))


def all_of_them() -> dict[str, bytes]:
    """name → content, of every nasty file."""
    return {make.__name__: make() for make in MADE} | {path.name: path.read_bytes() for path in LIBREOFFICE}
