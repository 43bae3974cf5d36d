"""Where the search for records without retention stands; no second index of what records say."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0029_locks_of_the_store")]

    operations = [
        migrations.CreateModel(
            name="RetentionReached",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                ),
                ("saved_at", models.DateTimeField(null=True)),
                ("record_id", models.UUIDField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="records_reached_is_one_row"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("record_id", None), ("saved_at", None)),
                            models.Q(("record_id__isnull", False), ("saved_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="records_reached_a_record",
                    ),
                ],
            },
        ),
        migrations.RemoveIndex(model_name="record", name="records_record_searched"),
        migrations.RemoveField(model_name="record", name="searched"),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["saved_at"], name="records_record_saved"),
        ),
    ]
