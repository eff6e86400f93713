from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0050_comment_changed'),
    ]

    operations = [
        migrations.AddField(
            model_name='experience',
            name='keeps_address',
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
