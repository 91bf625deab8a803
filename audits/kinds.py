"""The two kinds of inspection in an address: "tilsyn" and "egenkontroll"."""

from audits.models import Inspection

WORDS = {"tilsyn": Inspection.Kind.STATE, "egenkontroll": Inspection.Kind.MUNICIPAL}


class KindConverter:
    """`<control:kind>` in a path."""

    regex = "|".join(WORDS)

    def to_python(self, value: str) -> str:
        return WORDS[value].value

    def to_url(self, value: str) -> str:
        return next(word for word, kind in WORDS.items() if kind == value)
