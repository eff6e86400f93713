"""The office's synonyms for the search, with abbreviations that the field knows."""

import django.db.models.functions.text
from django.db import migrations, models


#: Term, meanings, does it hold both ways?
START = [
    ("ALG II", ["Arbeitslosengeld II", "Hartz IV", "Bürgergeld", "Grundsicherung für Arbeitsuchende"], True),
    ("ASD", ["Allgemeiner Sozialer Dienst"], True),
    ("Jobcenter", ["ARGE", "Arbeitsgemeinschaft nach SGB II"], True),
    ("BFD", ["Bundesfreiwilligendienst"], True),
    ("BuT", ["Bildung und Teilhabe", "Bildungspaket"], True),
    ("DaZ", ["Deutsch als Zweitsprache"], True),
    ("ESF", ["Europäischer Sozialfonds"], True),
    ("GWA", ["Gemeinwesenarbeit"], True),
    ("Kita", ["Kindertagesstätte", "Kindergarten"], True),
    ("KdU", ["Kosten der Unterkunft"], True),
    ("LAP", ["Lokaler Aktionsplan"], True),
    ("MGH", ["Mehrgenerationenhaus"], True),
    ("ÖPNV", ["öffentlicher Nahverkehr", "Bus und Bahn"], False),
    ("SGB", ["Sozialgesetzbuch"], True),
    ("SPFH", ["Sozialpädagogische Familienhilfe"], True),
    ("ThINKA", ["Thüringer Initiative für Integration, Nachhaltigkeit, Kooperation und Aktivierung"], True),
    ("TIZIAN", ["Thüringer Initiative zur Integration und Armutsbekämpfung mit Nachhaltigkeit"], True),
]


def fill(apps, schema_editor):
    model = apps.get_model("cms", "SearchSynonym")
    model.objects.bulk_create(
        model(term=term, meanings="\n".join(meanings), both_ways=both_ways)
        for term, meanings, both_ways in START
    )


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0040_documents_to_read'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchSynonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('term', models.CharField(help_text='Zum Beispiel GWA. Groß oder klein, mit oder ohne Bindestrich ist gleich.', max_length=100, verbose_name='Wort oder Abkürzung')),
                ('meanings', models.TextField(help_text='Eine Bedeutung in jeder Zeile, zum Beispiel Gemeinwesenarbeit. Gebeugte Formen findet die Suche selbst.', verbose_name='Findet auch')),
                ('both_ways', models.BooleanField(default=True, help_text='Wer eine der Bedeutungen sucht, findet dann auch das Wort oben und die anderen Bedeutungen. Ohne Haken gilt die Zeile nur für das Wort oben.', verbose_name='Gilt auch umgekehrt')),
            ],
            options={
                'verbose_name': 'Synonym oder Abkürzung',
                'verbose_name_plural': 'Synonyme und Abkürzungen',
                'ordering': [django.db.models.functions.text.Lower('term')],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('term'), name='cms_synonym_term', violation_error_message='Dieses Wort steht schon in der Liste. Bitte ergänzen Sie es dort.')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
