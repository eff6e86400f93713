"""Times of different ways to do the same thing, compared."""

from collections import defaultdict


class Figures:
    """Collects seconds by name; the first name is what the others are compared with."""

    def __init__(self) -> None:
        self._seconds: dict[str, list[float]] = defaultdict(list)
        self._worked: dict[str, float] = defaultdict(float)

    def add(self, name: str, seconds: float, worked: float = 0.0) -> None:
        """One more measurement; ``worked``: CPU seconds, which others' load changes less."""
        self._seconds[name].append(seconds)
        self._worked[name] += worked

    def forget(self) -> None:
        """Throws away what was measured while everything was still getting warm."""
        self._seconds.clear()
        self._worked.clear()

    def p95(self) -> dict[str, float]:
        """The 95th percentile of each, in seconds."""
        return {name: percentile(seconds, 95) for name, seconds in self._seconds.items()}

    def show(self, title: str) -> None:
        """Prints p50 and p95 in milliseconds, and each one's ratio to the first.

        The mean of the CPU times too, if any were given.
        """
        with_cpu = any(self._worked.values())
        base = next(iter(self._seconds))
        columns = f"\n{title:<34} {'p50 ms':>8} {'p95 ms':>8} {'x p50':>7} {'x p95':>7} {'n':>6}"
        print(columns + (f" {'CPU ms':>8} {'x CPU':>7}" if with_cpu else ""))
        for name, seconds in self._seconds.items():
            middle, late = percentile(seconds, 50), percentile(seconds, 95)
            first = self._seconds[base]
            line = (
                f"{name:<34} {middle * 1000:>8.1f} {late * 1000:>8.1f}"
                f" {middle / percentile(first, 50):>7.2f} {late / percentile(first, 95):>7.2f}"
                f" {len(seconds):>6}"
            )
            if with_cpu:
                mean, first_mean = self._mean(name), self._mean(base)
                line += f" {mean * 1000:>8.1f} {mean / first_mean:>7.2f}"
            print(line, flush=True)

    def _mean(self, name: str) -> float:
        return self._worked[name] / len(self._seconds[name])


def percentile(values: list[float], percent: int) -> float:
    """The value that so many percent of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
