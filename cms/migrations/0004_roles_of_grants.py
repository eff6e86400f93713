"""Tells of each grant of which role it is a part; supplements go through the review.

The group that opened Wagtail's admin is no longer needed: the policy answers that, and stops
doing so with the last grant.
"""

from collections import defaultdict

from django.db import migrations
from django.utils import timezone

ADMIN_GROUP = "Redaktionsoberfläche"
ROLES = {
    "office": {
        "see_drafts", "write_entries", "review_entries", "edit_project", "grant_roles",
        "move_entries", "run_office",
    },
    "lead": {"see_drafts", "write_entries", "edit_project", "grant_roles", "move_entries"},
    "editor": {"see_drafts", "write_entries", "edit_project"},
    "reviewer": {"see_drafts", "write_entries", "review_entries"},
    "reader": {"see_drafts"},
    "partner": {"read_as_partner"},
}


def _tables(apps):
    return (
        (apps.get_model("cms", "ProjectUserGrant"), "user_id"),
        (apps.get_model("cms", "ProjectGroupGrant"), "group_id"),
    )


def name_roles(apps, schema_editor):
    """Splits what somebody holds on a project into roles; a role within another is not named."""
    for model, holder in _tables(apps):
        held = defaultdict(dict)
        rows = model.objects.filter(role="").select_related("permission")
        for row in rows:
            held[getattr(row, holder), row.content_object_id][row.permission.codename] = row
        for (holder_id, project_id), by_codename in held.items():
            named = set()
            for role, codenames in ROLES.items():
                if not codenames <= by_codename.keys() or codenames <= named:
                    continue
                named |= codenames
                model.objects.bulk_create(
                    model(
                        **{holder: holder_id},
                        content_object_id=project_id,
                        permission_id=by_codename[codename].permission_id,
                        role=role,
                    )
                    for codename in sorted(codenames)
                )
            rest = [row.pk for codename, row in by_codename.items() if codename in named]
            model.objects.filter(pk__in=rest).delete()


def forget_roles(apps, schema_editor):
    """One row for each permission again. What has ended goes: before, nothing knew of an end."""
    for model, holder in _tables(apps):
        model.objects.filter(until__lt=timezone.localdate()).delete()
        seen = set()
        for row in model.objects.order_by("pk"):
            key = (getattr(row, holder), row.content_object_id, row.permission_id)
            if key in seen:
                row.delete()
            else:
                seen.add(key)
        model.objects.update(role="")


def close_admin_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name=ADMIN_GROUP).delete()


def open_admin_group(apps, schema_editor):
    """For everybody who holds more than a partner's right."""
    users = set(
        apps.get_model("cms", "ProjectUserGrant")
        .objects.exclude(permission__codename="read_as_partner")
        .values_list("user_id", flat=True)
    )
    permission = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="wagtailadmin", codename="access_admin"
    ).first()
    if users and permission:
        group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=ADMIN_GROUP)
        group.permissions.add(permission)
        group.user_set.add(*users)


def add_supplements(apps, schema_editor):
    content_types = apps.get_model("contenttypes", "ContentType").objects
    experience = content_types.get_or_create(app_label="cms", model="experience")[0]
    supplement = content_types.get_or_create(app_label="cms", model="supplement")[0]
    assigned = apps.get_model("wagtailcore", "WorkflowContentType").objects
    for row in assigned.filter(content_type=experience):
        assigned.get_or_create(content_type=supplement, defaults={"workflow_id": row.workflow_id})


def remove_supplements(apps, schema_editor):
    apps.get_model("wagtailcore", "WorkflowContentType").objects.filter(
        content_type__app_label="cms", content_type__model="supplement"
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("cms", "0003_grants_supplements_audit"), ("wagtailcore", "0098_apitoken")]

    operations = [
        migrations.RunPython(name_roles, forget_roles),
        migrations.RunPython(close_admin_group, open_admin_group),
        migrations.RunPython(add_supplements, remove_supplements),
    ]
