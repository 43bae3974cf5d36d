"""Back, in the database itself, that the file of a request goes by the schedule, and only so.

For an entry of a batch that two people approved and that is being executed, named by the module
that destroys, and once the request is closed. Everything else stays as it was given.
"""

from django.db import migrations

MAY = """
CREATE FUNCTION disclosure_may_destroy(asked uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM records_disposalentry e
        JOIN records_disposalbatch b ON b.id = e.batch_id
        JOIN records_retained r ON r.id = e.retained_id
        JOIN disclosure_recordsrequest q ON q.id = r.subject_id
        WHERE r.kind = 'request' AND q.id = asked AND q.closed_at IS NOT NULL
          AND e.state = 'destroyed' AND b.state = 'executing'
          AND b.approved_by_id <> b.second_by_id
          AND e.id::text = current_setting('quartermaster.destroying', true)
    );
$$;
"""
NO_MAY = "DROP FUNCTION disclosure_may_destroy(uuid);"

REQUESTS = """
CREATE FUNCTION disclosure_request_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.destroyed_at IS NOT NULL OR NEW.destroyed_at IS NULL
       OR NOT disclosure_may_destroy(OLD.id)
       OR to_jsonb(NEW) - '{wanted,requester_name,requester_email,requester_contact,outcome_words,destroyed_at}'::text[]
          IS DISTINCT FROM
          to_jsonb(OLD) - '{wanted,requester_name,requester_email,requester_contact,outcome_words,destroyed_at}'::text[]
    THEN
        RAISE EXCEPTION 'The file of a request is destroyed by the schedule alone.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_request_destroyed_by_two';
    END IF;
    RETURN NEW;
END;
$$;
DROP TRIGGER disclosure_request_check ON disclosure_recordsrequest;
CREATE TRIGGER disclosure_request_check
    BEFORE DELETE ON disclosure_recordsrequest
    FOR EACH ROW EXECUTE FUNCTION disclosure_request_check();
CREATE TRIGGER disclosure_request_check_update
    BEFORE UPDATE ON disclosure_recordsrequest
    FOR EACH ROW WHEN (NEW.destroyed_at IS NOT DISTINCT FROM OLD.destroyed_at)
    EXECUTE FUNCTION disclosure_request_check();
CREATE TRIGGER disclosure_request_destroyed
    BEFORE UPDATE ON disclosure_recordsrequest
    FOR EACH ROW WHEN (NEW.destroyed_at IS DISTINCT FROM OLD.destroyed_at)
    EXECUTE FUNCTION disclosure_request_destroyed();
"""
NO_REQUESTS = """
DROP TRIGGER disclosure_request_destroyed ON disclosure_recordsrequest;
DROP TRIGGER disclosure_request_check_update ON disclosure_recordsrequest;
DROP TRIGGER disclosure_request_check ON disclosure_recordsrequest;
CREATE TRIGGER disclosure_request_check
    BEFORE UPDATE OR DELETE ON disclosure_recordsrequest
    FOR EACH ROW EXECUTE FUNCTION disclosure_request_check();
DROP FUNCTION disclosure_request_destroyed();
"""

PACKAGES = """
CREATE OR REPLACE FUNCTION disclosure_package_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.released_at IS NOT NULL AND NOT disclosure_may_destroy(OLD.request_id))
       OR OLD.destroyed_at IS NOT NULL OR NEW.destroyed_at IS NULL
       OR NEW.published_at IS NOT NULL OR NEW.index <> '[]'::jsonb
       OR to_jsonb(NEW) - 'index' - 'destroyed_at' IS DISTINCT FROM
          to_jsonb(OLD) - 'index' - 'destroyed_at' THEN
        RAISE EXCEPTION 'A package stays as it was put together and given out.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_package_unchanged';
    END IF;
    RETURN NEW;
END;
$$;

CREATE OR REPLACE FUNCTION disclosure_copy_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.destroyed_at IS NOT NULL OR NEW.destroyed_at IS NULL
       OR NEW.sealed_key <> ''::bytea OR NEW.name <> 'Destroyed'
       OR ROW(NEW.id, NEW.media_type, NEW.size, NEW.digest, NEW.file_id, NEW.made_at)
          IS DISTINCT FROM
          ROW(OLD.id, OLD.media_type, OLD.size, OLD.digest, OLD.file_id, OLD.made_at)
       OR EXISTS (SELECT 1 FROM disclosure_letter l
                  WHERE l.file_id = OLD.id AND NOT disclosure_may_destroy(l.request_id))
       OR EXISTS (SELECT 1 FROM disclosure_packagefile f
                  JOIN disclosure_package p ON p.id = f.package_id
                  WHERE f.file_id = OLD.id AND p.released_at IS NOT NULL
                    AND NOT disclosure_may_destroy(p.request_id)) THEN
        RAISE EXCEPTION 'This is written once.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_written_once';
    END IF;
    RETURN NEW;
END;
$$;
"""
NO_PACKAGES = """
CREATE OR REPLACE FUNCTION disclosure_package_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION disclosure_copy_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""

WORDS = """
CREATE OR REPLACE FUNCTION disclosure_item_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM disclosure_recordsrequest r
               WHERE r.id = OLD.request_id AND r.closed_at IS NOT NULL)
       AND NOT (TG_OP = 'UPDATE' AND disclosure_may_destroy(OLD.request_id)
                AND NEW.note = '' AND to_jsonb(NEW) - 'note' = to_jsonb(OLD) - 'note') THEN
        RAISE EXCEPTION 'The request is closed: what was decided stands.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_item_stands';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END;
$$;

CREATE FUNCTION disclosure_appeal_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NOT disclosure_may_destroy(OLD.request_id)
       OR NEW.text NOT IN (OLD.text, 'Destroyed') OR NEW.words NOT IN (OLD.words, 'Destroyed')
       OR to_jsonb(NEW) - 'text' - 'words' IS DISTINCT FROM to_jsonb(OLD) - 'text' - 'words' THEN
        RAISE EXCEPTION 'This is written once.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_written_once';
    END IF;
    RETURN NEW;
END;
$$;
DROP TRIGGER disclosure_written_once ON disclosure_appeal;
CREATE TRIGGER disclosure_written_once BEFORE UPDATE OR DELETE ON disclosure_appeal
    FOR EACH ROW WHEN (OLD.decided_at IS NOT NULL) EXECUTE FUNCTION disclosure_appeal_check();
"""
NO_WORDS = """
DROP TRIGGER disclosure_written_once ON disclosure_appeal;
CREATE TRIGGER disclosure_written_once BEFORE UPDATE OR DELETE ON disclosure_appeal
    FOR EACH ROW WHEN (OLD.decided_at IS NOT NULL) EXECUTE FUNCTION disclosure_written_once();
DROP FUNCTION disclosure_appeal_check();

CREATE OR REPLACE FUNCTION disclosure_item_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM disclosure_recordsrequest r
               WHERE r.id = OLD.request_id AND r.closed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'The request is closed: what was decided stands.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_item_stands';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END;
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0006_releases_are_ordered_and_files_end"),
        ("records", "0030_what_was_looked_at"),
    ]

    operations = [
        migrations.RunSQL(MAY, NO_MAY),
        migrations.RunSQL(REQUESTS, NO_REQUESTS),
        migrations.RunSQL(PACKAGES, NO_PACKAGES),
        migrations.RunSQL(WORDS, NO_WORDS),
    ]
