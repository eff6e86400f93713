"""Addresses for many experiences at once."""

from cms.models import Experience
from cms.models.slugs import german_slug


def number_slugs(titles: list[str]) -> list[str]:
    """An address for each title; equal titles are numbered on."""
    bases = [german_slug(title, "erfahrung") for title in titles]
    taken = set(Experience.with_trash.filter(slug__in=bases).values_list("slug", flat=True))
    slugs, following = [], {}
    for base in bases:
        slug = base
        if base in taken:
            number = following.get(base) or _next_number(base)
            while f"{base}-{number}" in taken:
                number += 1
            slug, following[base] = f"{base}-{number}", number + 1
        taken.add(slug)
        slugs.append(slug)
    return slugs


def _next_number(base: str) -> int:
    """The first number after those of the addresses that already continue ``base``."""
    others = Experience.with_trash.filter(slug__startswith=f"{base}-").values_list(
        "slug", flat=True
    )
    tails = (other.removeprefix(f"{base}-") for other in others)
    return max((int(tail) for tail in tails if tail.isdigit()), default=1) + 1
