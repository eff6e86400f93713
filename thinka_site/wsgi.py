"""WSGI entry point."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thinka_site.settings.production")
application = get_wsgi_application()

if settings.SEARCH_FEED_THREAD:
    # Only now are the apps ready whose models the feed reads.
    import_module("search.feed_thread").start()
