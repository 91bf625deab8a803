"""Some cases of the demo that are handed over to the archive: received, on the way, and one that failed (S35)."""

from cases.archive.package import package_of
from cases.models import Case, Handover
from organisation.models import User

NUMBERS = ("2026/1873", "2026/1904")


def load_handovers() -> None:
    """Hand over the four cases that ended first, once."""
    archivist = User.objects.get(username="arkivar")
    if Handover.objects.exists():
        return
    ended = Case.objects.visible_to(archivist).to_archive(archivist).filter(sealed=False)[:4]
    made = [Handover.make(archivist, case, package_of(case)) for case in ended]
    for handover, number in zip(made[:2], NUMBERS, strict=True):
        handover.deliver(archivist)
        handover.receive(archivist, number=number)
    made[2].fail(archivist, reason="Arkivet svarte ikke.")
