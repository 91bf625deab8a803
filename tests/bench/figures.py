"""What a benchmark reports."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value and, where the project promises something, the most it may be, in the same unit."""

    name: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def is_kept(self) -> bool:
        return self.limit is None or self.value <= self.limit

    def __str__(self) -> str:
        promised = "" if self.limit is None else f"   at most {self.limit:g} {self.unit}"
        broken = "" if self.is_kept else "   MISSED"
        return f"{self.name:<60} {self.value:>10.3f} {self.unit}{promised}{broken}"
