"""The number series of the register (S34)."""

from django.db import models, transaction

from organisation import clock


class Series(models.Model):
    """The last number given in a year. The row is locked while a number is taken, in the same
    transaction that saves the case: numbers are distinct and have no gaps."""

    year = models.PositiveIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}-{self.last:05d}"

    @classmethod
    def locked(cls) -> "Series":
        """This year's row (by Oslo time), locked until the transaction ends."""
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError("A reference is taken in the transaction of its case")
        year = clock.today().year
        cls.objects.get_or_create(year=year)
        return cls.objects.select_for_update().get(year=year)

    def take(self) -> str:
        """The next reference, such as "2026-00412"."""
        self.last += 1
        self.save(update_fields=["last"])
        return str(self)
