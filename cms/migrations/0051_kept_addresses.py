from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0046_api_tokens'),
        ('cms', '0049_edit_locks'),
        ('cms', '0050_comment_changed'),
    ]

    operations = [
        migrations.AddField(
            model_name='experience',
            name='keeps_address',
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
