from django.db import migrations, models


def name_what_is_known(apps, schema_editor):
    """Sets registered so far measure embedding models; their smallest rate was that of an FMR."""
    for test_set in apps.get_model("testsets", "TestSet").objects.all():
        test_set.tasks = ["embedding"]
        for protocol in test_set.protocols:
            protocol["task"] = "embedding"
            protocol["smallest_printable_rate"] = protocol.pop("smallest_printable_fmr", None)
        test_set.save(update_fields=["tasks", "protocols"])


class Migration(migrations.Migration):

    dependencies = [
        ('testsets', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='testset',
            name='tasks',
            field=models.JSONField(default=list),
        ),
        migrations.RunPython(name_what_is_known, migrations.RunPython.noop),
    ]
