from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('runs', '0004_words_of_a_runs_steps'),
    ]

    operations = [
        migrations.AlterField(
            model_name='measurement',
            name='condition',
            field=models.TextField(blank=True),
        ),
    ]
