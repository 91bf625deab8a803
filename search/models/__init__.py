from .entry import Entry, Word
from .file_text import FileText
from .fruitless import FruitlessSearch
from .index_state import IndexState
from .pin import Pin
from .synonym import Synonym

__all__ = ["Entry", "FileText", "FruitlessSearch", "IndexState", "Pin", "Synonym", "Word"]
