"""Makes the collections of the projects that are there."""

from django.db import migrations

BATCH = 500


def add_collections(apps, schema_editor):
    """Appended to the root's children; paths by hand, since historical models have no treebeard."""
    Collection = apps.get_model("wagtailcore", "Collection")
    Project = apps.get_model("cms", "Project")
    root = Collection.objects.get(depth=1)
    last = Collection.objects.filter(depth=2).order_by("path").last()
    step = int(last.path[-4:], 36) if last else 0
    projects = list(Project.objects.filter(collection=None).order_by("title"))
    for start in range(0, len(projects), BATCH):
        batch = projects[start : start + BATCH]
        for project in batch:
            step += 1
            project.collection = Collection(
                name=project.title, path=root.path + _base36(step), depth=2, numchild=0
            )
        Collection.objects.bulk_create(project.collection for project in batch)
        paths = [project.collection.path for project in batch]
        # Not every database tells the ids of what was created at once.
        ids = dict(Collection.objects.filter(path__in=paths).values_list("path", "pk"))
        for project in batch:
            project.collection_id = ids[project.collection.path]
        Project.objects.bulk_update(batch, ["collection"])
    _count_children(Collection)


def _base36(number):
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rest] + digits
    return digits.rjust(4, "0")


def remove_empty_collections(apps, schema_editor):
    """Files stay where they are: a collection that holds some is kept."""
    Collection = apps.get_model("wagtailcore", "Collection")
    Project = apps.get_model("cms", "Project")
    made = list(Project.objects.exclude(collection=None).values_list("collection_id", flat=True))
    Project.objects.update(collection=None)
    empty = Collection.objects.filter(pk__in=made, numchild=0)
    for app, model in (("wagtailimages", "Image"), ("wagtaildocs", "Document")):
        held = apps.get_model(app, model).objects.values("collection")
        empty = empty.exclude(pk__in=held)
    empty.delete()
    _count_children(Collection)


def _count_children(Collection):
    Collection.objects.filter(depth=1).update(numchild=Collection.objects.filter(depth=2).count())


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0012_project_collection"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
    ]

    operations = [
        migrations.RunPython(add_collections, remove_empty_collections),
    ]
