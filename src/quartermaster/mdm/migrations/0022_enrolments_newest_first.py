"""The list of enrolments begins with the newest."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mdm", "0021_no_index_of_nothing")]

    operations = [
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["created_at"], name="mdm_enrolment_newest"),
        ),
    ]
