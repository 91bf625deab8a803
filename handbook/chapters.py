"""The fixed top of the handbook: eight chapters that every municipality has (S9–S12)."""

from dataclasses import dataclass

from django.apps import apps
from django.db import transaction
from wagtail.models import Page, Site

from handbook import editions
from handbook.models import ChapterPage, HandbookIndexPage
from handbook.terms import Kind, Principle
from organisation.models import Unit


@dataclass(frozen=True)
class Chapter:
    """A chapter as the model has it. The texts are content, and so in the content's language."""

    number: int
    slug: str
    title: str
    model_line: str
    summary: str
    intro: str


CHAPTERS = (
    Chapter(
        1,
        "kommunen",
        "",  # the organisation's own name
        "vi er",
        "Hvem vi er, hva vi bygger på, og hvordan vi er organisert.",
        "Her finner du grunnlaget for alt annet: verdiene våre, organiseringen, fullmaktene og lovene vi styrer etter. "
        "Kapittelet er for alle ansatte, og særlig for deg som er ny eller har fått lederansvar.",
    ),
    Chapter(
        2,
        "brukerbehov",
        "Brukerbehov",
        "vi avklarer",
        "Hva innbyggerne trenger, krever og forventer av oss.",
        "Her står det hvordan vi finner ut hva innbyggere, pårørende og næringsliv trenger, og hva de kan kreve. "
        "Svarene er utgangspunktet for tjenestene i kapittel 4.",
    ),
    Chapter(
        3,
        "ledelsesprosesser",
        "Ledelsesprosesser",
        "vi blir styrt",
        "Mål, planer, internkontroll og beredskap.",
        "Her står det hvordan politikere og ledere styrer kommunen: planer, politiske saker, internkontroll, risiko og "
        "beredskap. Kapittelet er for ledere og for alle som forbereder beslutninger.",
    ),
    Chapter(
        4,
        "hovedprosesser",
        "Hovedprosesser",
        "vi produserer",
        "Tjenestene vi er til for.",
        "Her ligger kjerneoppgavene til resultatenhetene og de faglige standardene for dem: oppvekst, helse, plan, vann, "
        "kultur og brannvern. Finn din egen tjeneste, og følg prosedyrene der.",
    ),
    Chapter(
        5,
        "stotteprosesser",
        "Støtteprosesser",
        "vi får hjelp",
        "Det vi trenger for å gjøre jobben: folk, innkjøp, IT, økonomi og bygg.",
        "Her finner du rutinene som gjelder på tvers av alle enheter. Brukerne er våre egne ansatte, og målet er at det "
        "skal være lett å gjøre rett.",
    ),
    Chapter(
        6,
        "resultatoppfolging",
        "Resultatoppfølging",
        "vi rapporterer",
        "Måling, rapportering, kontroll og ledelsens gjennomgang.",
        "Her står det hvordan vi følger med på om vi når målene, og hvordan vi sikrer at tallene stemmer. Kapittelet er for "
        "ledere og for alle som rapporterer.",
    ),
    Chapter(
        7,
        "forbedringstiltak",
        "Forbedringstiltak",
        "vi forbedrer oss",
        "Slik melder vi fra, finner årsaken og retter opp.",
        "Her står det hvordan avvik, forslag og ros blir til forbedring, og hvordan vi lærer av det som skjer andre steder i "
        "kommunen. Alle ansatte kan melde fra.",
    ),
    Chapter(
        8,
        "systemdokumentasjon",
        "Systemdokumentasjon",
        "slik er systemet bygd",
        "Struktur, standarder, styring av dokumenter og veiledning.",
        "Her står det hvordan selve ledelsessystemet er bygd opp, hvordan dokumenter blir til og godkjent, og hvordan du "
        "bruker systemet.",
    ),
)


@transaction.atomic
def ensure_site() -> HandbookIndexPage:
    """Make what is missing of start page, handbook and chapters; change nothing that is there.

    Raises Unit.DoesNotExist when the organisation has no root unit: the first chapter bears its name,
    and it owns the chapters until somebody else does.
    """
    municipality = Unit.objects.municipality()
    if municipality is None:
        raise Unit.DoesNotExist("Make the organisation's root unit first: the first chapter bears its name.")
    home = _ensure_home()
    index = HandbookIndexPage.objects.first()
    if index is None:
        index = home.add_child(instance=HandbookIndexPage(title="Håndbok", slug="handbok", show_in_menus=True))
    for chapter in CHAPTERS:
        _ensure_chapter(index, chapter, municipality)
    index.refresh_from_db()
    return index


def _ensure_home() -> Page:
    """The start page at the root of the site, in place of Wagtail's welcome page. Its type belongs to
    the layer above, so it is looked up and not imported."""
    home_page = apps.get_model("home", "HomePage")
    home = home_page.objects.first()
    if home is None:
        root = Page.get_first_root_node()
        home = root.add_child(instance=home_page(title="Forside", slug="forside"))
    site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", port=80, is_default_site=True)
    if site.root_page_id != home.pk:
        site.root_page = Page.objects.get(pk=home.pk)
        site.save()
    for welcome in Page.objects.filter(depth=2).exclude(pk=home.pk):
        if welcome.specific_class is Page and welcome.is_leaf():
            welcome.delete()
    return home_page.objects.get(pk=home.pk)


def _ensure_chapter(index: HandbookIndexPage, chapter: Chapter, municipality: Unit) -> None:
    if ChapterPage.objects.filter(slug=chapter.slug).exists():
        return
    index.refresh_from_db()
    page = ChapterPage(
        title=chapter.title or municipality.name,
        slug=chapter.slug,
        kind=Kind.CHAPTER,
        summary=chapter.summary,
        owner_unit=municipality,
        principles=[Principle.PROCESSES.value],
        review_months=24,
        live=False,
        body=[("text", f"<p>{chapter.intro}</p>")],
    )
    index.add_child(instance=page)
    editions.publish(page, by=None, note="Første versjon.")


def chapter_of(slug: str) -> Chapter | None:
    """The chapter of the model with this slug."""
    return next((chapter for chapter in CHAPTERS if chapter.slug == slug), None)


