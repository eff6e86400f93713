"""Tells Wagtail which policy answers for which model, before Wagtail first asks."""

from django.apps import AppConfig
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import AbstractPage, Collection, Site
from wagtail.permissions import register_permission_policy

from cms.permissions.file_policies import CollectionPolicy
from cms.permissions.page_policy import GuidePagePolicy
from cms.permissions.wagtail_policies import (
    EntryPolicy,
    OfficePolicy,
    ReportPolicy,
    SupplementPolicy,
)

ENTRY_POLICIES = {"Experience": EntryPolicy, "Supplement": SupplementPolicy}
OFFICE_MODELS = (
    "Outcome",
    "Topic",
    "Institution",
    "TargetGroup",
    "BarrierReport",
    "SearchSynonym",
    "Project",
    "MinutesImport",
)


def register_policies(app: AppConfig) -> None:
    """Registers the guide's policies for its models and for all pages."""
    for name, policy in ENTRY_POLICIES.items():
        register_permission_policy(app.get_model(name), policy(app.get_model(name)))
    for name in OFFICE_MODELS:
        register_permission_policy(app.get_model(name), OfficePolicy(app.get_model(name)))
    problems = app.get_model("ProblemReport")
    register_permission_policy(problems, ReportPolicy(problems))
    register_permission_policy(AbstractPage, GuidePagePolicy())
    # Exact: Wagtail registers its own for some of them later, for the class and those below it.
    register_permission_policy(Collection, CollectionPolicy(Collection), exact_class=True)
    for model in (Redirect, Site):
        register_permission_policy(model, OfficePolicy(model), exact_class=True)
