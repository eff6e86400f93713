"""The API as a whole. The site includes ``build_api(...).urls`` at ``api/``."""

from typing import Any

from django.apps import apps
from django.db import transaction
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from ninja import NinjaAPI, Router

from cms.api import (
    aliases,
    comments,
    content,
    content_types,
    diff,
    field_terms,
    groups,
    history,
    import_service,
    lock,
    login,
    move,
    own_account,
    preview,
    relations,
    sharing,
    site_info,
    tokens,
    users,
    vocabularies,
    webhooks,
    workflow,
    workingcopy,
)
from cms.api.addresses import NAMESPACE
from cms.api.contract import HANDLED_ERRORS, answer_exception
from cms.api.openapi import complete

DESCRIPTION = """\
Reading and writing the living guide: the API address of anything is `/api` plus its public path.
Answers have the envelope, the batches and the components of plone.restapi. Without credentials
everything public is answered; with a token of `@login` or `@tokens` a person reads, drafts, reviews
and publishes what they may on the screens, too.
"""


#: The services, which come before the content, since that takes every address.
SERVICES = (
    aliases.router,
    comments.router,
    content_types.router,
    diff.router,
    field_terms.router,
    groups.router,
    history.router,
    import_service.router,
    lock.router,
    login.router,
    move.router,
    own_account.router,
    preview.router,
    relations.router,
    sharing.router,
    site_info.router,
    tokens.router,
    users.router,
    vocabularies.router,
    webhooks.router,
    workflow.router,
    workingcopy.router,
)


class GuideApi(NinjaAPI):
    """django-ninja's API, whose views open no transaction of their own.

    Under ATOMIC_REQUESTS every read would take SQLite's write lock (BEGIN IMMEDIATE) and wait
    for whoever writes. Services that change something are atomic themselves.
    """

    _document: dict[str, Any] | None = None

    @property
    def urls(self):
        patterns, app_name, namespace = super().urls
        for pattern in patterns:
            transaction.non_atomic_requests(pattern.callback)
        return patterns, app_name, namespace

    def add_router(self, prefix: str, router: Router, **arguments: Any) -> None:
        # The document names fields as the answers do: "@id", not "id_".
        for view in router.path_operations.values():
            for operation in view.operations:
                operation.by_alias = True
        super().add_router(prefix, router, **arguments)

    def get_openapi_schema(self, **arguments: Any) -> dict[str, Any]:
        # The same for everybody, and a second's work: made once in each process.
        if self._document is None:
            self._document = complete(super().get_openapi_schema(**arguments))
        return self._document


def build_api(*routers: Router) -> NinjaAPI:
    """The API with the site's further ``routers`` (search) before the content.

    ``/api/openapi.json`` describes it; ``/api/docs`` is a page to browse if ``ninja`` is an
    installed app: its files then come from this site and not from elsewhere.
    """
    api = GuideApi(
        title="Lebendiger Leitfaden",
        version="1.0.0",
        description=DESCRIPTION,
        urls_namespace=NAMESPACE,
        docs_url="/docs" if apps.is_installed("ninja") else None,
        docs_decorator=lambda view: csrf_exempt(require_GET(view)),
    )
    for error in HANDLED_ERRORS:
        api.add_exception_handler(error, answer_exception)
    for router in (*routers, *SERVICES):
        api.add_router("", router)
    api.add_router("", content.router)
    return api
