"""Back, in the database itself, that an answer stays as it was given.

What was asked is not changed. A package keeps its files, its numbers and its index; once given out
it is only fetched and published. Nothing is marked in, or decided of, a file whose decision stands
or whose request is closed. Letters, sealed files and decided appeals are written once.
"""

from django.db import migrations

REQUESTS = """
CREATE FUNCTION disclosure_request_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR
       ROW(NEW.id, NEW.number, NEW.kind, NEW.channel, NEW.wanted, NEW.since, NEW.until,
           NEW.received_at, NEW.received_by_id)
       IS DISTINCT FROM
       ROW(OLD.id, OLD.number, OLD.kind, OLD.channel, OLD.wanted, OLD.since, OLD.until,
           OLD.received_at, OLD.received_by_id) THEN
        RAISE EXCEPTION 'What was asked for stays as it was asked.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_request_unchanged';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER disclosure_request_check
    BEFORE UPDATE OR DELETE ON disclosure_recordsrequest
    FOR EACH ROW EXECUTE FUNCTION disclosure_request_check();
"""
NO_REQUESTS = """
DROP TRIGGER disclosure_request_check ON disclosure_recordsrequest;
DROP FUNCTION disclosure_request_check();
"""

PACKAGES = """
CREATE FUNCTION disclosure_package_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR
       ROW(NEW.id, NEW.request_id, NEW.number, NEW.first, NEW.last, NEW.digest, NEW.index,
           NEW.made_at, NEW.made_by_id)
       IS DISTINCT FROM
       ROW(OLD.id, OLD.request_id, OLD.number, OLD.first, OLD.last, OLD.digest, OLD.index,
           OLD.made_at, OLD.made_by_id)
       OR (OLD.released_at IS NOT NULL AND
           ROW(NEW.released_at, NEW.expires_at, NEW.record_id)
           IS DISTINCT FROM ROW(OLD.released_at, OLD.expires_at, OLD.record_id))
       OR NEW.downloads < OLD.downloads THEN
        RAISE EXCEPTION 'A package stays as it was put together and given out.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_package_unchanged';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER disclosure_package_check
    BEFORE UPDATE OR DELETE ON disclosure_package
    FOR EACH ROW EXECUTE FUNCTION disclosure_package_check();
"""
NO_PACKAGES = """
DROP TRIGGER disclosure_package_check ON disclosure_package;
DROP FUNCTION disclosure_package_check();
"""

ITEMS = """
CREATE FUNCTION disclosure_item_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM disclosure_recordsrequest r
               WHERE r.id = OLD.request_id AND r.closed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'The request is closed: what was decided stands.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_item_stands';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END;
$$;
CREATE TRIGGER disclosure_item_check
    BEFORE UPDATE OR DELETE ON disclosure_requestitem
    FOR EACH ROW EXECUTE FUNCTION disclosure_item_check();

CREATE FUNCTION disclosure_redaction_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_item uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.item_id ELSE NEW.item_id END;
BEGIN
    IF TG_OP = 'UPDATE' OR EXISTS (
        SELECT 1 FROM disclosure_requestitem i WHERE i.id = of_item AND i.decision <> 'pending') THEN
        RAISE EXCEPTION 'What is taken out stands with the decision.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_redaction_stands';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END;
$$;
CREATE TRIGGER disclosure_redaction_check
    BEFORE INSERT OR UPDATE OR DELETE ON disclosure_redaction
    FOR EACH ROW EXECUTE FUNCTION disclosure_redaction_check();
"""
NO_ITEMS = """
DROP TRIGGER disclosure_redaction_check ON disclosure_redaction;
DROP FUNCTION disclosure_redaction_check();
DROP TRIGGER disclosure_item_check ON disclosure_requestitem;
DROP FUNCTION disclosure_item_check();
"""

WRITTEN = """
CREATE FUNCTION disclosure_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'This is written once.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_written_once';
END;
$$;
CREATE TRIGGER disclosure_written_once BEFORE UPDATE OR DELETE ON disclosure_letter
    FOR EACH ROW EXECUTE FUNCTION disclosure_written_once();
CREATE TRIGGER disclosure_written_once BEFORE UPDATE OR DELETE ON disclosure_sealedfile
    FOR EACH ROW EXECUTE FUNCTION disclosure_written_once();
CREATE TRIGGER disclosure_written_once BEFORE UPDATE OR DELETE ON disclosure_packagefile
    FOR EACH ROW EXECUTE FUNCTION disclosure_written_once();
CREATE TRIGGER disclosure_written_once BEFORE UPDATE OR DELETE ON disclosure_appeal
    FOR EACH ROW WHEN (OLD.decided_at IS NOT NULL) EXECUTE FUNCTION disclosure_written_once();
"""
NOT_WRITTEN = """
DROP TRIGGER disclosure_written_once ON disclosure_appeal;
DROP TRIGGER disclosure_written_once ON disclosure_packagefile;
DROP TRIGGER disclosure_written_once ON disclosure_sealedfile;
DROP TRIGGER disclosure_written_once ON disclosure_letter;
DROP FUNCTION disclosure_written_once();
"""


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0002_fees_letters_notices_and_appeals")]

    operations = [
        migrations.RunSQL(REQUESTS, NO_REQUESTS),
        migrations.RunSQL(PACKAGES, NO_PACKAGES),
        migrations.RunSQL(ITEMS, NO_ITEMS),
        migrations.RunSQL(WRITTEN, NOT_WRITTEN),
    ]
