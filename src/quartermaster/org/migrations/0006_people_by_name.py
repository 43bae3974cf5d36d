"""The list of people is in the order of their names."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("org", "0005_driving")]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["family_name", "given_name"], name="org_person_by_name"),
        ),
    ]
