"""How sure a figure is that comes from counting."""

from dataclasses import dataclass
from math import sqrt

_Z = 1.959963984540054
"""Standard deviations of a two-sided interval of 95 %."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """0 to 1; nothing counted is 0."""
        return self.hits / self.total if self.total else 0.0

    def interval(self) -> tuple[float, float]:
        """Wilson's interval of 95 %: sensible near 0 and 1 and for small counts, where the plain one is not.

        E. B. Wilson, Probable Inference, JASA 22 (1927).
        """
        if not self.total:
            return 0.0, 1.0
        squared = _Z * _Z
        middle = (self.hits + squared / 2) / (self.total + squared)
        spread = _Z / (self.total + squared) * sqrt(self.hits * (self.total - self.hits) / self.total + squared / 4)
        return max(0.0, middle - spread), min(1.0, middle + spread)

    def __add__(self, other: "Share") -> "Share":
        return Share(self.hits + other.hits, self.total + other.total)

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{self.hits}/{self.total} {self.value:.1%} ({low * 100:.0f}–{high * 100:.0f})".replace(".", ",")
