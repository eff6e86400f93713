"""Both kinds of entries."""

from cms.models.entry import Entry
from cms.models.experience import Experience
from cms.models.supplement import Supplement

ENTRY_MODELS: tuple[type[Entry], ...] = (Experience, Supplement)
