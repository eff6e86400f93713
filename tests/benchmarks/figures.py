"""Times of different ways to do the same thing, compared."""

from collections import defaultdict


class Figures:
    """Collects seconds by name; the first name is what the others are compared with."""

    def __init__(self) -> None:
        self._seconds: dict[str, list[float]] = defaultdict(list)

    def add(self, name: str, seconds: float) -> None:
        """One more measurement."""
        self._seconds[name].append(seconds)

    def forget(self) -> None:
        """Throws away what was measured while everything was still getting warm."""
        self._seconds.clear()

    def p95(self) -> dict[str, float]:
        """The 95th percentile of each, in seconds."""
        return {name: percentile(seconds, 95) for name, seconds in self._seconds.items()}

    def show(self, title: str) -> None:
        """Prints p50 and p95 in milliseconds, and each one's ratio to the first."""
        base = next(iter(self._seconds.values()))
        print(f"\n{title:<34} {'p50 ms':>8} {'p95 ms':>8} {'x p50':>7} {'x p95':>7} {'n':>6}")
        for name, seconds in self._seconds.items():
            middle, late = percentile(seconds, 50), percentile(seconds, 95)
            print(
                f"{name:<34} {middle * 1000:>8.1f} {late * 1000:>8.1f}"
                f" {middle / percentile(base, 50):>7.2f} {late / percentile(base, 95):>7.2f}"
                f" {len(seconds):>6}"
            )


def percentile(values: list[float], percent: int) -> float:
    """The value that so many percent of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
