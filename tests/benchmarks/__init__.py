"""Benchmarks: `make bench`. Each runs as a module of its own, so Django is set up here."""

import django

django.setup()
