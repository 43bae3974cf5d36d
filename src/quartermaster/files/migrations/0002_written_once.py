"""A stored file is written once: the database itself refuses to change or delete its row."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION files_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A stored file is written once.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER files_storedfile_no_change BEFORE UPDATE OR DELETE ON files_storedfile
    FOR EACH ROW EXECUTE FUNCTION files_refuse_change();
"""
BACKWARD = """
DROP TRIGGER files_storedfile_no_change ON files_storedfile;
DROP FUNCTION files_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
