"""The fixed top of the handbook: eight chapters that every municipality has (S9–S12)."""

from dataclasses import dataclass


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


def chapter_of(slug: str) -> Chapter | None:
    """The chapter of the model with this slug."""
    return next((chapter for chapter in CHAPTERS if chapter.slug == slug), None)
