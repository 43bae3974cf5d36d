"""A stored file stays as it is but for what is dated: copied, destroyed, removed; each once."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION files_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND ROW(NEW.id, NEW.digest, NEW.size, NEW.media_type, NEW.name, NEW.stored_at)
           IS NOT DISTINCT FROM
           ROW(OLD.id, OLD.digest, OLD.size, OLD.media_type, OLD.name, OLD.stored_at)
       AND (OLD.destroyed_at IS NULL OR NEW.destroyed_at = OLD.destroyed_at)
       AND (OLD.removed_at IS NULL OR NEW.removed_at = OLD.removed_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A stored file is written once.' USING ERRCODE = 'restrict_violation';
END $$;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION files_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A stored file is written once.' USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("files", "0003_what_is_destroyed")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
