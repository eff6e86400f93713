"""The German analysis chains as Elasticsearch settings (measured in ``facts/search.md``)."""

from typing import Any

ANALYSIS: dict[str, Any] = {
    "filter": {
        "german_stop": {"type": "stop", "stopwords": "_german_"},
        # The stemmer leaves "Mieterinnen" and "Mieterin" apart.
        "innen": {"type": "pattern_replace", "pattern": "^(.{3,}in)nen$", "replacement": "$1"},
        "german_stem": {"type": "stemmer", "language": "german"},
        "beginnings": {"type": "edge_ngram", "min_gram": 2, "max_gram": 15},
        # Endings are beginnings of the word read backwards.
        "backwards": {"type": "reverse"},
        "long_beginnings": {"type": "edge_ngram", "min_gram": 4, "max_gram": 15},
    },
    "analyzer": {
        # Normalisation comes before everything that compares words with a list of ours.
        "stem": {
            "tokenizer": "standard",
            "filter": ["lowercase", "german_stop", "german_normalization", "innen", "german_stem"],
        },
        "exact": {"tokenizer": "standard", "filter": ["lowercase", "german_normalization"]},
        "prefix": {
            "tokenizer": "standard",
            "filter": ["lowercase", "german_normalization", "beginnings"],
        },
        "suffix": {
            "tokenizer": "standard",
            "filter": [
                "lowercase",
                "german_normalization",
                "backwards",
                "long_beginnings",
                "backwards",
            ],
        },
        # Made in the application, see `search.analysis.word_pairs`.
        "made": {"tokenizer": "whitespace"},
    },
}

# Short texts: their length says little about what they are about.
SIMILARITY: dict[str, Any] = {"default": {"type": "BM25", "k1": 0.9, "b": 0.4}}
