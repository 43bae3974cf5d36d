"""Back, in the database itself, that a record stays as it was saved.

Of a record only what its author says is left on the device changes; a file is tied to its record
once, and goes only while it belongs to none; an announcement ends once.
"""

from django.db import migrations

RECORDS = """
CREATE FUNCTION records_record_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A record is not deleted.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_record_stays';
    END IF;
    IF ROW(NEW.id, NEW.number, NEW.key, NEW.author_id, NEW.about, NEW.with_whom, NEW.happened_on,
           NEW.source, NEW.account, NEW.note, NEW.names, NEW.device_id, NEW.announcement_id,
           NEW.saved_at, NEW.digest)
       IS DISTINCT FROM
       ROW(OLD.id, OLD.number, OLD.key, OLD.author_id, OLD.about, OLD.with_whom, OLD.happened_on,
           OLD.source, OLD.account, OLD.note, OLD.names, OLD.device_id, OLD.announcement_id,
           OLD.saved_at, OLD.digest) THEN
        RAISE EXCEPTION 'A record is not changed after it was saved.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_record_unchanged';
    END IF;
    IF NEW.residue <> OLD.residue AND (OLD.residue, NEW.residue) NOT IN (
        ('stays', 'gone'), ('stays', 'held'), ('held', 'stays')) THEN
        RAISE EXCEPTION 'What is left of a record does not go from % to %.', OLD.residue, NEW.residue
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_record_residue_moves';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER records_record_check
    BEFORE UPDATE OR DELETE ON records_record
    FOR EACH ROW EXECUTE FUNCTION records_record_check();
"""
NO_RECORDS = """
DROP TRIGGER records_record_check ON records_record;
DROP FUNCTION records_record_check();
"""

ITEMS = """
CREATE FUNCTION records_item_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.record_id IS NOT NULL THEN
            RAISE EXCEPTION 'A file arrives before its record is saved.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'records_item_arrives';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.record_id IS NOT NULL THEN
        RAISE EXCEPTION 'A file of a record stays as it is.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_item_stays';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF ROW(NEW.id, NEW.key, NEW.author_id, NEW.name, NEW.media_type, NEW.size, NEW.digest,
           NEW.file_id, NEW.sealed_key, NEW.arrived_at)
       IS DISTINCT FROM
       ROW(OLD.id, OLD.key, OLD.author_id, OLD.name, OLD.media_type, OLD.size, OLD.digest,
           OLD.file_id, OLD.sealed_key, OLD.arrived_at)
       OR NOT EXISTS (
           SELECT 1 FROM records_record r
           WHERE r.id = NEW.record_id AND r.author_id = NEW.author_id) THEN
        RAISE EXCEPTION 'A file stays as it came, and is tied to a record of its author.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_item_unchanged';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER records_item_check
    BEFORE INSERT OR UPDATE OR DELETE ON records_recorditem
    FOR EACH ROW EXECUTE FUNCTION records_item_check();
"""
NO_ITEMS = """
DROP TRIGGER records_item_check ON records_recorditem;
DROP FUNCTION records_item_check();
"""

ANNOUNCEMENTS = """
CREATE FUNCTION records_announcement_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'What was announced stays on record.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_announcement_stays';
    END IF;
    IF ROW(NEW.person_id, NEW.device_id, NEW.about, NEW.source, NEW.origin, NEW.announced_at)
       IS DISTINCT FROM
       ROW(OLD.person_id, OLD.device_id, OLD.about, OLD.source, OLD.origin, OLD.announced_at)
       OR OLD.state <> 'pending' THEN
        RAISE EXCEPTION 'What was announced is not changed, and ends once.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_announcement_unchanged';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER records_announcement_check
    BEFORE UPDATE OR DELETE ON records_announcement
    FOR EACH ROW EXECUTE FUNCTION records_announcement_check();
"""
NO_ANNOUNCEMENTS = """
DROP TRIGGER records_announcement_check ON records_announcement;
DROP FUNCTION records_announcement_check();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0003_records_and_announcements")]

    operations = [
        migrations.RunSQL(RECORDS, NO_RECORDS),
        migrations.RunSQL(ITEMS, NO_ITEMS),
        migrations.RunSQL(ANNOUNCEMENTS, NO_ANNOUNCEMENTS),
    ]
