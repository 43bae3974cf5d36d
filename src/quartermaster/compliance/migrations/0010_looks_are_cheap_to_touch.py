"""A look is touched each hour: what was said lies apart, so that it is not written anew with it."""

from django.db import migrations

FORWARD = """
ALTER TABLE compliance_look SET (toast_tuple_target = 128, fillfactor = 80);
ALTER TABLE compliance_look ALTER COLUMN said SET STORAGE EXTERNAL;
"""
BACK = """
ALTER TABLE compliance_look RESET (toast_tuple_target, fillfactor);
ALTER TABLE compliance_look ALTER COLUMN said SET STORAGE EXTENDED;
"""


class Migration(migrations.Migration):
    dependencies = [("compliance", "0009_looks")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
