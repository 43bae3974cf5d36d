"""What was destroyed stays on record."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION usage_disposal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The record of a disposal is written once' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER usage_disposal_stays BEFORE UPDATE OR DELETE ON usage_disposal
    FOR EACH ROW EXECUTE FUNCTION usage_disposal_stays();
"""
BACKWARD = """
DROP TRIGGER usage_disposal_stays ON usage_disposal;
DROP FUNCTION usage_disposal_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("usage", "0001_warehouse_of_detail")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
