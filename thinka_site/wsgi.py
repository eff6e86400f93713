"""WSGI entry point."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thinka_site.settings.production")


def without_head_body(app):
    """Answers HEAD with headers only, which Django and waitress leave to each other.

    A body there is read by a proxy as the next answer: whoever uploads a file could write one.
    """

    def wrapped(environ, start_response):
        answer = app(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return answer
        if hasattr(answer, "close"):
            answer.close()
        return []

    return wrapped


application = without_head_body(get_wsgi_application())

# Only now are the apps ready whose models search and feed read.
import_module("search.service").warm_up()
if settings.SEARCH_FEED_THREAD:
    import_module("search.feed_thread").start()
if settings.NOTIFICATION_THREAD:
    import_module("cms.services.mail_loop").start_thread()
    import_module("cms.services.webhook_loop").start_thread()
