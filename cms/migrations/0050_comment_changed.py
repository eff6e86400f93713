from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0049_edit_locks'),
    ]

    operations = [
        migrations.AddField(
            model_name='comment',
            name='changed_at',
            field=models.DateTimeField(null=True),
        ),
    ]
