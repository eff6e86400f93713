"""Prints how well the judged queries find their texts: `make relevance`.

Both engines; Elasticsearch only where ELASTICSEARCH_URL names one.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from search.engine import Engine
from tests.functional.search.engines import open_engine
from tests.relevance.judged_queries import QUERIES
from tests.relevance.measure import load, measure

WORST = 5


def main() -> None:
    """The table of each engine, and the worst queries of each kind."""
    django.setup()
    for name in ("elastic", "embedded"):
        if name == "elastic" and not os.environ.get("ELASTICSEARCH_URL"):
            print("elastic: ELASTICSEARCH_URL is not set, see `make elasticsearch`\n")
            continue
        with TemporaryDirectory() as folder, open_engine(name, Path(folder)) as engine:
            load(engine)
            _print_table(name, engine)


def _print_table(name: str, engine: Engine) -> None:
    print(f"{name:<12} queries  nDCG@10   R@10  worst")
    for kind, queries in QUERIES.items():
        places = measure(engine, kind)
        worst = ", ".join(
            f"{query} ({place or '-'})" for query, place in [*places.worst.items()][:WORST]
        )
        print(f"{kind:<12} {len(queries):7} {places.ndcg:8.3f} {places.recall:6.3f}  {worst}")
    print()


if __name__ == "__main__":
    main()
