"""Detail and summaries are kept by the retention schedule alone: the warehouse has no clock.

The columns of that clock stay for a while, empty, so that the code before runs on this schema.
"""

from django.db import migrations, models

COLUMNS = ("detail_until", "summary_until")
FREE = "".join(f"ALTER TABLE usage_usagecycle ALTER COLUMN {name} DROP NOT NULL;" for name in COLUMNS)
BACK = (
    "UPDATE usage_usagecycle SET detail_until = cycle_until + 365 WHERE detail_until IS NULL;"
    "UPDATE usage_usagecycle SET summary_until = cycle_until + 2555 WHERE summary_until IS NULL;"
    + "".join(f"ALTER TABLE usage_usagecycle ALTER COLUMN {name} SET NOT NULL;" for name in COLUMNS)
)


class Migration(migrations.Migration):
    dependencies = [("usage", "0006_detail_requests_keep_what_was_asked")]

    operations = [
        migrations.RemoveIndex(model_name="usagecycle", name="usage_cycle_due"),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(FREE, BACK)],
            state_operations=[
                migrations.RemoveField(model_name="usagecycle", name=name)
                for name in (*COLUMNS, "due_at")
            ],
        ),
        migrations.AddField(
            model_name="summarypost",
            name="disposed_at",
            field=models.DateTimeField(null=True, verbose_name="papers destroyed"),
        ),
    ]
