"""Projects and their locations."""

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Collection, Orderable

from cms.models.picture import PICTURE_PANEL, PictureMixin
from cms.models.slugs import unique_slug
from cms.permissions.roles import PROJECT_PERMISSIONS


class ProjectQuerySet(models.QuerySet):
    def office(self) -> "Project":
        """The coordination office, which is a project itself. Raises DoesNotExist."""
        return self.get(is_office=True)


class Project(PictureMixin, ClusterableModel):
    """Owns content: a local project, or the coordination office itself."""

    title = models.CharField(
        _("Name"),
        max_length=255,
        help_text=_("So, wie das Projekt genannt wird, zum Beispiel „ThINKA Musterstadt“."),
    )
    slug = models.SlugField(
        _("Adresse"),
        max_length=90,
        unique=True,
        blank=True,
        help_text=_("Letzter Teil der Internetadresse. Leer lassen: wird aus dem Namen gebildet."),
    )
    is_office = models.BooleanField(_("Koordinierungsstelle"), default=False, editable=False)
    carrier = models.CharField(
        _("Träger"), max_length=255, blank=True, help_text=_("Verein, Stadt oder Landkreis.")
    )
    description = models.TextField(
        _("Kurz vorgestellt"),
        blank=True,
        help_text=_("Zwei bis drei Sätze für die Öffentlichkeit: für wen, wo, womit."),
    )
    website = models.URLField(_("Internetseite"), blank=True)
    start = models.DateField(_("Beginn"), null=True, blank=True)
    end = models.DateField(
        _("Ende"), null=True, blank=True, help_text=_("Leer, solange das Projekt läuft.")
    )
    successor = models.ForeignKey(
        "self",
        verbose_name=_("Nachfolger"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="predecessors",
        help_text=_("Welches Projekt die Arbeit fortführt."),
    )
    # The end that was announced to those whom it concerns, and when. See services/end_project.py.
    announced_end = models.DateField(null=True, editable=False)
    announced_at = models.DateTimeField(null=True, editable=False)
    other_names = models.TextField(
        _("Andere Namen und Orte"),
        blank=True,
        help_text=_(
            "Einer je Zeile: frühere Namen, Abkürzungen, Orte und Stadtteile. Stehen sie in einem "
            "Protokoll, wird dieses Projekt vorgeschlagen."
        ),
    )

    collection = models.OneToOneField(
        Collection,
        verbose_name=_("Dateien"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="project",
    )

    objects = ProjectQuerySet.as_manager()

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("title"),
                FieldPanel("slug"),
                FieldPanel("carrier"),
                FieldPanel("description"),
                FieldPanel("website"),
            ],
            heading=_("Projekt"),
        ),
        PICTURE_PANEL,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("start"), FieldPanel("end")]),
                FieldPanel("successor"),
                FieldPanel("other_names"),
            ],
            heading=_("Laufzeit und Namen"),
        ),
        HelpPanel(_("<p>Standorte zeigt die Startseite allen, die das nächste Büro suchen.</p>")),
        InlinePanel("locations", heading=_("Standorte"), label=_("Standort")),
    ]

    class Meta:
        verbose_name = _("Projekt")
        verbose_name_plural = _("Projekte")
        ordering = ["title"]
        # Django's own add/change/delete/view rights on projects are never handed out:
        # roles are sets of these object permissions (see cms/permissions/roles.py).
        default_permissions = ()
        permissions = [(codename, label) for codename, label in PROJECT_PERMISSIONS.items()]
        constraints = [
            models.UniqueConstraint(
                fields=["is_office"], condition=models.Q(is_office=True), name="cms_one_office"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @transaction.atomic
    def save(self, *args, **kwargs):
        if not self.slug:
            self.slug = unique_slug(self, self.title)
        if self.collection_id is None:
            self.collection = _new_collection(self.title)
        else:
            same = Collection.objects.filter(pk=self.collection_id)
            same.exclude(name=self.title).update(name=self.title)
        super().save(*args, **kwargs)

    @property
    def owner_of_picture(self) -> "Project":
        return self

    def get_absolute_url(self) -> str:
        return reverse("cms:project", args=[self.slug])

    @property
    def has_ended(self) -> bool:
        """An end date in the future is only planned."""
        return self.end is not None and self.end < timezone.localdate()

    @property
    def place_names(self) -> list[str]:
        """Names that point to this project when they stand in minutes."""
        names = [line.strip() for line in self.other_names.splitlines()]
        names += [location.city for location in self.locations.all()]
        return sorted({name for name in names if name})


def _new_collection(name: str) -> Collection:
    """A collection behind the others.

    Collections are ordered by name: treebeard's own ``add_child`` would move all that come
    after the new one, row by row.
    """
    root = Collection.objects.select_for_update().filter(depth=1).first()
    last = root.get_children().last()
    path = last._inc_path() if last else Collection._get_path(root.path, root.depth + 1, 1)
    Collection.objects.filter(pk=root.pk).update(numchild=models.F("numchild") + 1)
    return Collection.objects.create(name=name, path=path, depth=root.depth + 1)


class Location(Orderable):
    """An office of a project that people can visit."""

    project = ParentalKey(Project, on_delete=models.CASCADE, related_name="locations")
    name = models.CharField(
        _("Name"), max_length=255, blank=True, help_text=_("Etwa „Stadtteilbüro Nord“.")
    )
    street = models.CharField(_("Straße und Hausnummer"), max_length=255, blank=True)
    postcode = models.CharField(_("Postleitzahl"), max_length=5, blank=True)
    city = models.CharField(_("Ort"), max_length=120)
    opening_hours = models.TextField(
        _("Öffnungszeiten"),
        blank=True,
        help_text=_("Eine Zeile je Tag, zum Beispiel „Mo 9–12 Uhr“."),
    )
    telephone = models.CharField(_("Telefon"), max_length=60, blank=True)
    languages = models.CharField(
        _("Sprachen"),
        max_length=255,
        blank=True,
        help_text=_("Mit Komma getrennt: Deutsch, Arabisch."),
    )
    free_of_charge = models.BooleanField(_("kostenfrei"), default=True)
    anonymous = models.BooleanField(_("anonym möglich"), default=False)

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("street"), FieldPanel("postcode"), FieldPanel("city")]),
        FieldPanel("opening_hours"),
        FieldRowPanel([FieldPanel("telephone"), FieldPanel("languages")]),
        FieldRowPanel([FieldPanel("free_of_charge"), FieldPanel("anonymous")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("Standort")
        verbose_name_plural = _("Standorte")

    def __str__(self) -> str:
        return self.name or self.city
