"""Each project has a collection for its images and documents; 0013 makes them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cms", "0004_roles_of_grants"), ("wagtailcore", "0098_apitoken")]

    operations = [
        migrations.AddField(
            model_name="project",
            name="collection",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="project",
                to="wagtailcore.collection",
                verbose_name="Dateien",
            ),
        ),
    ]
