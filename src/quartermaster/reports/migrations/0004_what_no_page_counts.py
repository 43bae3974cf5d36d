"""What a download counts, too, and how devices stand by their worst outcome."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_counts_of_fleets")]

    operations = [
        migrations.AddField(
            model_name="complianceday",
            name="looked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="complianceday",
            name="unanswerable",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="fleetcount",
            name="figure",
            field=models.CharField(
                choices=[
                    ("devices", "Devices under management"),
                    ("system", "Systems with their versions"),
                    ("lag", "Behind the lowest version"),
                    ("updates", "Updates that wait"),
                    ("software", "Software of City devices"),
                    ("standing", "Devices by their worst outcome"),
                ],
                max_length=10,
            ),
        ),
    ]
