"""How the search among drafts is narrowed: German addresses, and counts that stay."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from django.http import QueryDict

from cms import published
from cms.domain.indexing import ObjectType
from cms.domain.kinds import State
from cms.published.drafts import CHANGED, STATE_LABELS, Draft
from search.parameters import KIND_SLUGS, KIND_TITLES
from search.presentation import TYPE_TITLES

PER_PAGE = 20
MAX_TEXT = 1_000
MAX_PAGE = 10_000


class By(StrEnum):
    """The facets, by their parameter in the address."""

    STATE = "status"
    TYPE = "typ"
    KIND = "art"
    PROJECT = "projekt"


HEADINGS = {By.STATE: "Stand", By.TYPE: "Was", By.KIND: "Art", By.PROJECT: "Projekt"}
STATE_SLUGS = {
    State.DRAFT.value: "entwurf",
    State.IN_REVIEW.value: "pruefung",
    State.RETURNED.value: "zurueckgegeben",
    CHANGED: "geaendert",
    State.PUBLISHED.value: "veroeffentlicht",
    State.WITHDRAWN.value: "zurueckgezogen",
}
TYPE_SLUGS = {
    ObjectType.EXPERIENCE: "erfahrung",
    ObjectType.SUPPLEMENT: "ergaenzung",
    ObjectType.COMMENT: "kommentar",
}
_KIND_SLUG = {kind.value: slug for slug, kind in KIND_SLUGS.items()}
_FIXED_TITLES = {
    By.STATE: {slug: STATE_LABELS[state] for state, slug in STATE_SLUGS.items()},
    By.TYPE: {slug: TYPE_TITLES[name] for name, slug in TYPE_SLUGS.items()},
    By.KIND: {slug: KIND_TITLES[kind] for slug, kind in KIND_SLUGS.items()},
}

Slugs = dict[By, str]


@dataclass(frozen=True)
class Asked:
    """What an address asks for. Values that name nothing find nothing; none is an error."""

    text: str
    chosen: Mapping[By, tuple[str, ...]]
    page: int

    @classmethod
    def read(cls, query: QueryDict) -> "Asked":
        """From an address."""
        chosen = {by: tuple(dict.fromkeys(filter(None, query.getlist(by)))) for by in By}
        number = query.get("seite", "")
        page = int(number[:9]) if number.isascii() and number.isdigit() else 1
        return cls(
            text=query.get("q", "")[:MAX_TEXT].replace("\x00", " ").strip(),
            chosen={by: values for by, values in chosen.items() if values},
            page=max(1, min(page, MAX_PAGE)),
        )

    def address(self, **changed) -> str:
        """The same search, from its first page unless another one is given."""
        page = changed.get("page", 1)
        chosen = changed.get("chosen", self.chosen)
        pairs = [("q", self.text)] if self.text else []
        pairs += [(by.value, value) for by, values in chosen.items() for value in values]
        pairs += [("seite", str(page))] if page > 1 else []
        return "?" + urlencode(pairs)

    def toggled(self, by: By, value: str) -> str:
        """The address with one value more or less."""
        values = self.chosen.get(by, ())
        others = tuple(other for other in values if other != value)
        if len(others) == len(values):
            others = (*values, value)
        return self.address(chosen={**self.chosen, by: others})


class Facets:
    """The values of everything that was found; one query for the projects' names."""

    def __init__(self, drafts: Iterable[Draft], asked: Asked) -> None:
        self._asked = asked
        drafts = list(drafts)
        projects = published.terms({"project": {draft.project_id for draft in drafts}})
        terms = projects.get("project", {})
        self._titles = {**_FIXED_TITLES, By.PROJECT: {t.slug: t.title for t in terms.values()}}
        self._slugs = {
            draft.ref: {
                By.STATE: STATE_SLUGS[draft.state],
                By.TYPE: TYPE_SLUGS[draft.ref[0]],
                By.KIND: _KIND_SLUG.get(draft.kind, ""),
                By.PROJECT: terms[draft.project_id].slug if draft.project_id in terms else "",
            }
            for draft in drafts
        }
        self.narrowed = [draft for draft in drafts if self._fits(self._slugs[draft.ref])]

    def groups(self) -> list[dict]:
        """Heading and rows of each facet, counted under all choices but its own."""
        groups = []
        for by in By:
            counts = self._counts(by)
            rows = [self._row(by, slug, counts[slug]) for slug in self._order(by, counts)]
            if len(rows) > 1 or by in self._asked.chosen:
                groups.append({"heading": HEADINGS[by], "rows": rows})
        return groups

    def chosen_rows(self) -> list[dict]:
        """What the search is narrowed by, each with the address that takes it back."""
        return [
            self._row(by, slug, 0) for by, slugs in self._asked.chosen.items() for slug in slugs
        ]

    def _fits(self, slugs: Slugs, but: By | None = None) -> bool:
        chosen = self._asked.chosen.items()
        return all(slugs[by] in values for by, values in chosen if by is not but)

    def _counts(self, by: By) -> Counter[str]:
        return Counter(
            slugs[by] for slugs in self._slugs.values() if slugs[by] and self._fits(slugs, but=by)
        )

    def _order(self, by: By, counts: Counter[str]) -> list[str]:
        """States in the order of an entry's way, everything else by its number."""
        known = [*counts, *(slug for slug in self._asked.chosen.get(by, ()) if slug not in counts)]
        if by is By.STATE:
            places = list(STATE_SLUGS.values())
            return sorted(known, key=lambda slug: places.index(slug) if slug in places else 99)
        return sorted(known, key=lambda slug: (-counts[slug], self._title(by, slug)))

    def _title(self, by: By, slug: str) -> str:
        return str(self._titles[by].get(slug, slug))

    def _row(self, by: By, slug: str, count: int) -> dict:
        return {
            "title": self._title(by, slug),
            "count": count,
            "url": self._asked.toggled(by, slug),
            "is_chosen": slug in self._asked.chosen.get(by, ()),
        }
