"""The daily digest: one mail in the morning about what came the days before and is not read yet. References and kinds
only, as in every mail (S27)."""

import datetime

from django.db import transaction
from django.utils import timezone

from cases import letters
from cases.models import Notice
from organisation import clock
from organisation.mail import post
from organisation.models import User


def send_due() -> int:
    """Send each person's digest, once a day however often it runs; how many were sent."""
    midnight = timezone.make_aware(datetime.datetime.combine(clock.today(), datetime.time()))
    waiting = Notice.objects.for_digest().filter(created_at__lt=midnight)
    people = User.objects.active().filter(pk__in=waiting.values("user")).exclude(email="")
    return sum(_send(person, midnight) for person in people)


@transaction.atomic
def _send(person: User, midnight: datetime.datetime) -> int:
    """One person's digest: what is unread, of the cases the person may still read. Nothing is told twice."""
    waiting = person.notices.for_digest().filter(created_at__lt=midnight)
    taken = [notice.pk for notice in waiting.select_for_update(of=("self",), skip_locked=True)]
    told = list(Notice.objects.visible_to(person).unread().filter(pk__in=taken).select_related("case"))
    Notice.objects.filter(pk__in=taken).update(digested_at=clock.now())
    if told:
        post([letters.of_digest(person, told, clock.today())])
    return bool(told)
