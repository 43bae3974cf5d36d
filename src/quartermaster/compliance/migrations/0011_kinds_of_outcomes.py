"""How few kinds of outcomes there are, so that the planner counts them without sorting."""

from django.db import migrations

FORWARD = """
CREATE STATISTICS compliance_kinds_of_outcomes (ndistinct)
    ON check_name, clause, title, state FROM compliance_evaluation;
"""
BACK = "DROP STATISTICS compliance_kinds_of_outcomes;"


class Migration(migrations.Migration):
    dependencies = [("compliance", "0010_looks_are_cheap_to_touch")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
