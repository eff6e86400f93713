"""Home, index and text pages, the office's project, and the review workflow.

An empty database works after `migrate` alone. Wagtail's own welcome page makes room; a site
that has pages already keeps them, and gets the guide beside them.
"""

from django.db import migrations

WELCOME = "Welcome to your new Wagtail site!"

INFO_PAGES = [
    ("impressum", "Impressum", False,
     "<p>Hier nennt die Koordinierungsstelle, wer diese Seiten verantwortet: Name, Anschrift, "
     "Telefon, E-Mail und Vertretung.</p>"),
    ("datenschutz", "Datenschutz", False,
     "<p>Diese Seiten setzen Cookies nur, wenn Sie sich anmelden. Es wird nichts von anderen "
     "Anbietern geladen und niemand gezählt.</p><p>Hier ergänzt die Koordinierungsstelle, wer "
     "verantwortlich ist und welche Rechte Sie haben.</p>"),
    ("barrierefreiheit", "Barrierefreiheit", True,
     "<p>Wir möchten, dass alle diese Seiten nutzen können: mit Tastatur, Vorleseprogramm, großer "
     "Schrift und auf dem Telefon.</p><p>Stoßen Sie auf etwas, das nicht geht? Schreiben Sie es uns "
     "mit dem Formular. Wir antworten, wenn Sie sagen, wie wir Sie erreichen.</p>"),
    ("leichte-sprache", "Leichte Sprache", False,
     "<h2>Was steht hier?</h2><p>Auf dieser Internet-Seite schreiben Projekte aus Stadt-Teilen.</p>"
     "<p>Sie schreiben: Das hat gut geklappt. Das hat nicht geklappt.</p><p>So können alle davon "
     "lernen.</p><h2>Suchen Sie Hilfe?</h2><p>Auf der Start-Seite finden Sie ein Büro in Ihrer Nähe."
     "</p><p>Sie können dort hin-gehen. Es kostet nichts.</p>"),
]


def _content_type(apps, model_name, app_label="cms"):
    ContentType = apps.get_model("contenttypes", "ContentType")
    return ContentType.objects.get_or_create(app_label=app_label, model=model_name)[0]


def _add_page(apps, parent, model_name, slug, title, **fields):
    """treebeard's add_child is not there on historical models: the path is written by hand."""
    Page = apps.get_model("wagtailcore", "Page")
    model = apps.get_model("cms", model_name)
    last = Page.objects.filter(path__startswith=parent.path, depth=parent.depth + 1).order_by("path").last()
    step = int(last.path[-4:], 36) + 1 if last else 1
    digits, number = "", step
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rest] + digits
    Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + 1)
    parent.numchild += 1
    return model.objects.create(
        title=title,
        draft_title=title,
        slug=slug,
        url_path=f"{parent.url_path}{slug}/",
        path=parent.path + digits.rjust(4, "0"),
        depth=parent.depth + 1,
        numchild=0,
        content_type=_content_type(apps, model_name.lower()),
        locale=apps.get_model("wagtailcore", "Locale").objects.order_by("pk").first(),
        live=True,
        **fields,
    )


def create_pages(apps, schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    root = Page.objects.get(depth=1)
    welcome = Page.objects.filter(depth=2, title=WELCOME, numchild=0).first()
    slug = "start" if Page.objects.filter(depth=2, slug="home").exists() else "home"
    home = _add_page(
        apps, root, "HomePage", slug, "Lebendiger Leitfaden",
        headline="Was im Stadtteil trägt – und was nicht",
        introduction=(
            "Projekte im Stadtteil beraten, begleiten und bringen Menschen zusammen. Hier steht, was sie "
            "dabei erfahren haben, geprüft von der Koordinierungsstelle und offen für alle."
        ),
    )
    _add_page(apps, home, "EventIndexPage", "veranstaltungen", "Veranstaltungen",
              introduction="Hier tauschen sich die Projekte aus. Was sie berichten, wird Teil des Leitfadens.")
    _add_page(apps, home, "NewsIndexPage", "aktuelles", "Aktuelles")
    for page_slug, title, has_barrier_form, body in INFO_PAGES:
        _add_page(apps, home, "InfoPage", page_slug, title, body=body, has_barrier_form=has_barrier_form)
    if welcome is not None:
        Site.objects.filter(root_page_id=welcome.pk).update(root_page_id=home.pk)
        welcome.delete()
        Page.objects.filter(pk=root.pk).update(numchild=Page.objects.filter(depth=2).count())
    Site.objects.filter(root_page_id=root.pk).update(root_page_id=home.pk)
    if not Site.objects.exists():
        Site.objects.create(hostname="localhost", port=80, root_page_id=home.pk, is_default_site=True)


def remove_pages(apps, schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    homes = list(Page.objects.filter(content_type__app_label="cms", content_type__model="homepage"))
    root = Page.objects.get(depth=1)
    for home in homes:
        Site.objects.filter(root_page_id=home.pk).update(root_page_id=root.pk)
        for model_name in ("InfoPage", "EventIndexPage", "NewsIndexPage", "TablePage", "ExchangeEventPage",
                           "NewsPage", "HomePage"):
            apps.get_model("cms", model_name).objects.filter(path__startswith=home.path).delete()
        Page.objects.filter(path__startswith=home.path).delete()
    Page.objects.filter(pk=root.pk).update(numchild=Page.objects.filter(depth=2).count())


def create_office(apps, schema_editor):
    apps.get_model("cms", "Project").objects.get_or_create(
        is_office=True, defaults={"title": "Koordinierungsstelle", "slug": "koordinierungsstelle"}
    )


def remove_office(apps, schema_editor):
    apps.get_model("cms", "Project").objects.filter(is_office=True).delete()


def create_workflow(apps, schema_editor):
    Workflow = apps.get_model("wagtailcore", "Workflow")
    task = apps.get_model("cms", "ReviewTask").objects.create(
        name="Prüfung", content_type=_content_type(apps, "reviewtask")
    )
    workflow = Workflow.objects.create(name="Prüfung durch die Koordinierungsstelle")
    apps.get_model("wagtailcore", "WorkflowTask").objects.create(
        workflow=workflow, task_id=task.pk, sort_order=0
    )
    apps.get_model("wagtailcore", "WorkflowContentType").objects.create(
        workflow=workflow, content_type=_content_type(apps, "experience")
    )


def remove_workflow(apps, schema_editor):
    Workflow = apps.get_model("wagtailcore", "Workflow")
    task_ids = list(apps.get_model("cms", "ReviewTask").objects.values_list("pk", flat=True))
    Workflow.objects.filter(workflow_tasks__task_id__in=task_ids).delete()
    apps.get_model("cms", "ReviewTask").objects.all().delete()
    apps.get_model("wagtailcore", "Task").objects.filter(pk__in=task_ids).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.RunPython(create_pages, remove_pages),
        migrations.RunPython(create_office, remove_office),
        migrations.RunPython(create_workflow, remove_workflow),
    ]
