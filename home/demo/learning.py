"""What the demo's people have read and follow of the stories of closed cases."""

import datetime

from cases.models import Case, Following, StoryReading
from handbook.models import Document
from organisation import clock
from organisation.models import Unit, User

# How many read each of the newest stories, the last one first.
READINGS = (12, 31, 7, 18, 4)
FOLLOWERS = {
    # user name: (number of the page, code of the unit)
    "leder": ("4.2.7", ""),
    "kvalitet": ("5.3.2", "hjemme"),
    "ansatt2": ("", "hjemme-nord"),
}


def load_learning() -> None:
    """Readings of the newest stories, and a few who follow a page or a unit. Safe to run twice."""
    for days, (case, times) in enumerate(zip(Case.objects.lessons()[: len(READINGS)], READINGS, strict=False)):
        day = clock.today() - datetime.timedelta(days)
        StoryReading.objects.get_or_create(case=case, day=day, defaults={"times": times})
    for username, (number, code) in FOLLOWERS.items():
        user = User.objects.get(username=username)
        if number:
            Following.begin(user, page=Document.objects.select_related("page").get(number=number).page)
        if code:
            Following.begin(user, unit=Unit.objects.get(code=code))
