"""Searches without an answer, and searches that people keep."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0041_search_synonyms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MissedSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('text', models.CharField(blank=True, max_length=200, verbose_name='Gesucht wurde')),
                ('is_checked', models.BooleanField(default=False)),
                ('count', models.PositiveIntegerField(default=1, verbose_name='Wie oft')),
                ('days', models.PositiveIntegerField(default=1, verbose_name='An wie vielen Tagen')),
                ('first_day', models.DateField(verbose_name='Seit')),
                ('last_day', models.DateField(db_index=True, verbose_name='Zuletzt')),
                ('done', models.BooleanField(default=False, verbose_name='erledigt')),
            ],
            options={
                'verbose_name': 'Suche ohne Treffer',
                'verbose_name_plural': 'Suchen ohne Treffer',
                'default_permissions': (),
            },
        ),
        migrations.AlterField(
            model_name='notification',
            name='occasion',
            field=models.CharField(choices=[('submitted', 'submitted'), ('taken_back', 'taken_back'), ('returned', 'returned'), ('published', 'published'), ('withdrawn', 'withdrawn'), ('emergency_withdrawn', 'emergency_withdrawn'), ('handed_over', 'handed_over'), ('commented', 'commented'), ('supplemented', 'supplemented'), ('problem_reported', 'problem_reported'), ('overdue', 'overdue'), ('role_granted', 'role_granted'), ('role_ended', 'role_ended'), ('invited', 'invited'), ('project_ending', 'project_ending'), ('project_ended', 'project_ended'), ('minutes_for_correction', 'minutes_for_correction'), ('minutes_reminder', 'minutes_reminder'), ('barrier_reported', 'barrier_reported'), ('saved_search', 'saved_search')], max_length=40),
        ),
        migrations.CreateModel(
            name='SavedSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='Name der Suche')),
                ('query', models.TextField(blank=True)),
                ('pace', models.CharField(choices=[('at_once', 'sofort'), ('daily', 'einmal am Tag'), ('weekly', 'einmal in der Woche, montags')], default='daily', max_length=10, verbose_name='Wie oft wollen Sie Bescheid bekommen?')),
                ('is_paused', models.BooleanField(default=False, verbose_name='Pause')),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('looked_until', models.DateTimeField(default=django.utils.timezone.now)),
                ('next_look_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('mails', models.PositiveIntegerField(default=0)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_searches', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'Gemerkte Suche',
                'verbose_name_plural': 'Gemerkte Suchen',
                'ordering': ['title', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SavedSearchFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_type', models.CharField(max_length=20)),
                ('object_id', models.PositiveBigIntegerField()),
                ('mail', models.PositiveIntegerField()),
                ('saved_search', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='cms.savedsearch')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='savedsearch',
            index=models.Index(condition=models.Q(('is_paused', False)), fields=['next_look_at'], name='cms_savedsearch_due'),
        ),
        migrations.AddIndex(
            model_name='savedsearchfinding',
            index=models.Index(fields=['saved_search', 'mail'], name='cms_finding_mail'),
        ),
        migrations.AddConstraint(
            model_name='savedsearchfinding',
            constraint=models.UniqueConstraint(fields=('saved_search', 'object_type', 'object_id'), name='cms_told_once'),
        ),
    ]
