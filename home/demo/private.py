"""The demo's disclosure, and a sealed case retold for colleagues."""

import datetime
import uuid

from django.utils import timezone

from cases.models import Case, Disclosure, LookUp, ReadingCopy
from cases.permissions import Act, can
from organisation import clock
from organisation.models import Unit, User

KEY = uuid.UUID("0b0f6f0e-6f0c-4f5e-9a57-2f2d1f6f3a11")
TOLD = """I avdelingen vår får to av de ansatte skjenn foran de andre nesten hver vakt. Flere tør ikke si fra på
møtene. Jeg har sett det selv fire ganger, og de andre på kveldsvakten har sett det samme."""

LOOKED_UP = 6
RETOLD_TITLE = "Opplysninger om en bruker kom til feil mottaker"
RETOLD = """Et brev med opplysninger om en bruker ble lagt i feil konvolutt fordi to brev ble skrevet ut samtidig. Brevet
kom tilbake uåpnet. Nå skriver vi ut ett brev om gangen, og en kollega ser på navn og adresse før konvolutten lukkes."""


def load_disclosure() -> None:
    """Tell of something censurable, and begin to look into it, if it is not told."""
    if Disclosure.objects.filter(key=KEY).exists():
        return
    recipient = User.objects.get(username="varsling")
    now = timezone.now()
    with clock.set_to(now - datetime.timedelta(9)):
        disclosure, _token = Disclosure.receive(key=KEY, text=TOLD.replace("\n", " "))
    with clock.set_to(now - datetime.timedelta(7)):
        disclosure.take(recipient, status=Disclosure.Status.INVESTIGATED, responsible=recipient)
        disclosure.write(recipient, "Takk for at du varsler. Kan du skrive hvilke datoer det gjelder?")
    with clock.set_to(now - datetime.timedelta(5)):
        disclosure.hear("Det var hver fredag kveld den siste måneden.")


def load_look_ups() -> None:
    """The last weeks' look-ups of sealed cases: by those who handle them, and one by a leader above them."""
    if LookUp.objects.exists():
        return
    above = next(iter(Unit.objects.municipality().responsible_leaders()))
    sealed = Case.objects.filter(sealed=True, needs_triage=False).for_list().order_by("pk")
    for days, case in enumerate(sealed[:LOOKED_UP], start=1):
        with clock.set_to(timezone.now() - datetime.timedelta(3 * days, hours=days)):
            LookUp.note(case.handler or above, case, LookUp.What.PAGE)
            if days == 1 and can(above, Act.READ, case):
                LookUp.note(above, case, LookUp.What.FILE)


def load_reading_copy() -> None:
    """Retell the first sealed case that its leader may handle, if none is retold."""
    if ReadingCopy.objects.exists():
        return
    for case in Case.objects.filter(sealed=True, needs_triage=False).for_list().order_by("pk"):
        by = case.handler or next(iter(case.unit.responsible_leaders()), None)
        if by and can(by, Act.SEAL, case):
            with clock.set_to(timezone.now() - datetime.timedelta(3)):
                copy = ReadingCopy.of(case)
                copy.write(by, title=RETOLD_TITLE, text=RETOLD.replace("\n", " "))
                copy.publish(by)
            return
