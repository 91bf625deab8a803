from .editors import FruitlessSearch, Pin, Synonym
from .entry import Entry, Word

__all__ = ["Entry", "FruitlessSearch", "Pin", "Synonym", "Word"]
