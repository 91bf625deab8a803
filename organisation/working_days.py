"""Working days in Norway: without Saturdays, Sundays and public holidays."""

import datetime
from functools import cache

import holidays

WORKING_DAYS_TO_ANSWER = 5  # to an inhabitant


@cache
def _holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("NO", years=year)


def is_working_day(day: datetime.date) -> bool:
    return day.weekday() < 5 and day not in _holidays(day.year)


def after_working_days(day: datetime.date, number: int) -> datetime.date:
    """The day `number` (0 or more) working days after `day`."""
    while number > 0:
        day += datetime.timedelta(1)
        number -= is_working_day(day)
    return day
