"""Back, in the database itself, that a working copy may be destroyed, and what was given out stays."""

from django.db import migrations

WRITTEN = """
CREATE FUNCTION disclosure_copy_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.destroyed_at IS NOT NULL OR NEW.destroyed_at IS NULL
       OR NEW.sealed_key <> ''::bytea OR NEW.name <> 'Destroyed'
       OR ROW(NEW.id, NEW.media_type, NEW.size, NEW.digest, NEW.file_id, NEW.made_at)
          IS DISTINCT FROM
          ROW(OLD.id, OLD.media_type, OLD.size, OLD.digest, OLD.file_id, OLD.made_at)
       OR EXISTS (SELECT 1 FROM disclosure_letter l WHERE l.file_id = OLD.id)
       OR EXISTS (SELECT 1 FROM disclosure_packagefile f
                  JOIN disclosure_package p ON p.id = f.package_id
                  WHERE f.file_id = OLD.id AND p.released_at IS NOT NULL) THEN
        RAISE EXCEPTION 'This is written once.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_written_once';
    END IF;
    RETURN NEW;
END;
$$;
DROP TRIGGER disclosure_written_once ON disclosure_sealedfile;
CREATE TRIGGER disclosure_written_once BEFORE UPDATE OR DELETE ON disclosure_sealedfile
    FOR EACH ROW EXECUTE FUNCTION disclosure_copy_destroyed();

CREATE FUNCTION disclosure_package_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.released_at IS NOT NULL OR OLD.destroyed_at IS NOT NULL OR NEW.destroyed_at IS NULL
       OR to_jsonb(NEW) - 'index' - 'destroyed_at' IS DISTINCT FROM
          to_jsonb(OLD) - 'index' - 'destroyed_at' THEN
        RAISE EXCEPTION 'A package stays as it was put together and given out.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_package_unchanged';
    END IF;
    RETURN NEW;
END;
$$;
DROP TRIGGER disclosure_package_check ON disclosure_package;
CREATE TRIGGER disclosure_package_check
    BEFORE DELETE ON disclosure_package
    FOR EACH ROW EXECUTE FUNCTION disclosure_package_check();
CREATE TRIGGER disclosure_package_check_update
    BEFORE UPDATE ON disclosure_package
    FOR EACH ROW WHEN (NEW.destroyed_at IS NOT DISTINCT FROM OLD.destroyed_at)
    EXECUTE FUNCTION disclosure_package_check();
CREATE TRIGGER disclosure_package_destroyed
    BEFORE UPDATE ON disclosure_package
    FOR EACH ROW WHEN (NEW.destroyed_at IS DISTINCT FROM OLD.destroyed_at)
    EXECUTE FUNCTION disclosure_package_destroyed();
"""
NOT_WRITTEN = """
DROP TRIGGER disclosure_package_destroyed ON disclosure_package;
DROP TRIGGER disclosure_package_check_update ON disclosure_package;
DROP TRIGGER disclosure_package_check ON disclosure_package;
CREATE TRIGGER disclosure_package_check
    BEFORE UPDATE OR DELETE ON disclosure_package
    FOR EACH ROW EXECUTE FUNCTION disclosure_package_check();
DROP FUNCTION disclosure_package_destroyed();
DROP TRIGGER disclosure_written_once ON disclosure_sealedfile;
CREATE TRIGGER disclosure_written_once BEFORE UPDATE OR DELETE ON disclosure_sealedfile
    FOR EACH ROW EXECUTE FUNCTION disclosure_written_once();
DROP FUNCTION disclosure_copy_destroyed();
"""


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0004_what_goes_with_its_records")]

    operations = [migrations.RunSQL(WRITTEN, NOT_WRITTEN)]
