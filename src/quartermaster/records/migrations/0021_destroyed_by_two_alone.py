"""Back, in the database itself, how what is due goes.

A record becomes a stub in one transition, for an entry that two people approved, by the module
that says for which entry it is, and never while its author is under a legal hold. Schedules are
written as drafts alone; what was approved and what was destroyed stays as it was said.
"""

from django.db import migrations

MAY = """
CREATE FUNCTION records_may_destroy(subject uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM records_disposalentry e
        JOIN records_disposalbatch b ON b.id = e.batch_id
        JOIN records_retained r ON r.id = e.retained_id
        WHERE r.kind = 'record' AND r.subject_id = subject AND e.state = 'destroyed'
          AND b.state = 'executing' AND b.approved_by_id <> b.second_by_id
          AND e.id::text = current_setting('quartermaster.destroying', true)
    ) AND NOT EXISTS (
        SELECT 1 FROM records_record x
        JOIN records_holdkeeper k ON k.person_id = x.author_id
        WHERE x.id = subject AND k.released_at IS NULL
    );
$$;
"""
NO_MAY = "DROP FUNCTION records_may_destroy(uuid);"

RECORDS = """
CREATE FUNCTION records_record_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.destroyed_at IS NOT NULL OR NEW.destroyed_at IS NULL
       OR NOT records_may_destroy(OLD.id)
       OR ROW(NEW.id, NEW.number, NEW.key, NEW.author_id, NEW.happened_on, NEW.source,
              NEW.device_id, NEW.announcement_id, NEW.saved_at, NEW.digest, NEW.residue)
          IS DISTINCT FROM
          ROW(OLD.id, OLD.number, OLD.key, OLD.author_id, OLD.happened_on, OLD.source,
              OLD.device_id, OLD.announcement_id, OLD.saved_at, OLD.digest, OLD.residue)
       OR ROW(NEW.about, NEW.with_whom, NEW.account, NEW.note, NEW.names)
          IS DISTINCT FROM ROW('Destroyed', '', '', '', '') THEN
        RAISE EXCEPTION 'A record is destroyed by the schedule alone, when two people approved it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_record_destroyed_by_two';
    END IF;
    RETURN NEW;
END;
$$;
DROP TRIGGER records_record_check ON records_record;
CREATE TRIGGER records_record_check
    BEFORE DELETE ON records_record
    FOR EACH ROW EXECUTE FUNCTION records_record_check();
CREATE TRIGGER records_record_check_update
    BEFORE UPDATE ON records_record
    FOR EACH ROW WHEN (NEW.destroyed_at IS NOT DISTINCT FROM OLD.destroyed_at)
    EXECUTE FUNCTION records_record_check();
CREATE TRIGGER records_record_destroyed
    BEFORE UPDATE ON records_record
    FOR EACH ROW WHEN (NEW.destroyed_at IS DISTINCT FROM OLD.destroyed_at)
    EXECUTE FUNCTION records_record_destroyed();
"""
NO_RECORDS = """
DROP TRIGGER records_record_destroyed ON records_record;
DROP TRIGGER records_record_check_update ON records_record;
DROP TRIGGER records_record_check ON records_record;
CREATE TRIGGER records_record_check
    BEFORE UPDATE OR DELETE ON records_record
    FOR EACH ROW EXECUTE FUNCTION records_record_check();
DROP FUNCTION records_record_destroyed();
"""

ITEMS = """
CREATE FUNCTION records_item_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.record_id IS NULL OR NOT records_may_destroy(OLD.record_id) OR NEW.name <> 'Destroyed'
       OR ROW(NEW.id, NEW.record_id, NEW.position, NEW.key, NEW.author_id, NEW.media_type, NEW.size,
              NEW.digest, NEW.file_id, NEW.arrived_at)
          IS DISTINCT FROM
          ROW(OLD.id, OLD.record_id, OLD.position, OLD.key, OLD.author_id, OLD.media_type, OLD.size,
              OLD.digest, OLD.file_id, OLD.arrived_at) THEN
        RAISE EXCEPTION 'The key of a file is destroyed with its record alone.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_item_destroyed_with_record';
    END IF;
    RETURN NEW;
END;
$$;
DROP TRIGGER records_item_check ON records_recorditem;
CREATE TRIGGER records_item_check
    BEFORE INSERT OR DELETE ON records_recorditem
    FOR EACH ROW EXECUTE FUNCTION records_item_check();
CREATE TRIGGER records_item_check_update
    BEFORE UPDATE ON records_recorditem
    FOR EACH ROW WHEN (NEW.sealed_key <> ''::bytea)
    EXECUTE FUNCTION records_item_check();
CREATE TRIGGER records_item_destroyed
    BEFORE UPDATE ON records_recorditem
    FOR EACH ROW WHEN (NEW.sealed_key = ''::bytea)
    EXECUTE FUNCTION records_item_destroyed();
"""
NO_ITEMS = """
DROP TRIGGER records_item_destroyed ON records_recorditem;
DROP TRIGGER records_item_check_update ON records_recorditem;
DROP TRIGGER records_item_check ON records_recorditem;
CREATE TRIGGER records_item_check
    BEFORE INSERT OR UPDATE OR DELETE ON records_recorditem
    FOR EACH ROW EXECUTE FUNCTION records_item_check();
DROP FUNCTION records_item_destroyed();
"""

ANNOUNCEMENTS = """
CREATE FUNCTION records_announcement_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM records_record r
                   WHERE r.announcement_id = OLD.id AND records_may_destroy(r.id))
       OR to_jsonb(NEW) - 'about' IS DISTINCT FROM to_jsonb(OLD) - 'about' THEN
        RAISE EXCEPTION 'What was announced is not changed, and ends once.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_announcement_unchanged';
    END IF;
    RETURN NEW;
END;
$$;
DROP TRIGGER records_announcement_check ON records_announcement;
CREATE TRIGGER records_announcement_check
    BEFORE DELETE ON records_announcement
    FOR EACH ROW EXECUTE FUNCTION records_announcement_check();
CREATE TRIGGER records_announcement_check_update
    BEFORE UPDATE ON records_announcement
    FOR EACH ROW WHEN (NOT (NEW.about = 'Destroyed' AND OLD.state = 'transferred'))
    EXECUTE FUNCTION records_announcement_check();
CREATE TRIGGER records_announcement_destroyed
    BEFORE UPDATE ON records_announcement
    FOR EACH ROW WHEN (NEW.about = 'Destroyed' AND OLD.state = 'transferred')
    EXECUTE FUNCTION records_announcement_destroyed();
"""
NO_ANNOUNCEMENTS = """
DROP TRIGGER records_announcement_destroyed ON records_announcement;
DROP TRIGGER records_announcement_check_update ON records_announcement;
DROP TRIGGER records_announcement_check ON records_announcement;
CREATE TRIGGER records_announcement_check
    BEFORE UPDATE OR DELETE ON records_announcement
    FOR EACH ROW EXECUTE FUNCTION records_announcement_check();
DROP FUNCTION records_announcement_destroyed();
"""

SCHEDULES = """
CREATE FUNCTION records_schedule_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('superseded', 'withdrawn')
       OR (OLD.state = 'in_force' AND NEW.state <> 'superseded')
       OR ROW(NEW.number, NEW.note, NEW.drafted_at, NEW.drafted_by_id)
          IS DISTINCT FROM ROW(OLD.number, OLD.note, OLD.drafted_at, OLD.drafted_by_id)
       OR (NEW.state = 'in_force' AND NEW.in_force_by_id IS NULL AND OLD.number > 1)
       OR (NEW.state = 'in_force' AND OLD.writers ? NEW.in_force_by_id::text) THEN
        RAISE EXCEPTION 'A version of the schedule stays as it was put in force.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_schedule_unchanged';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER records_schedule_check
    BEFORE UPDATE OR DELETE ON records_retentionschedule
    FOR EACH ROW EXECUTE FUNCTION records_schedule_check();

CREATE FUNCTION records_series_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM records_retentionschedule s
        WHERE s.state = 'draft'
          AND s.id = CASE TG_OP WHEN 'DELETE' THEN OLD.schedule_id ELSE NEW.schedule_id END
    ) THEN
        RAISE EXCEPTION 'Only the series of a draft are written.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_series_of_drafts';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END;
$$;
CREATE TRIGGER records_series_check
    BEFORE INSERT OR UPDATE OR DELETE ON records_seriesterms
    FOR EACH ROW EXECUTE FUNCTION records_series_check();
"""
NO_SCHEDULES = """
DROP TRIGGER records_series_check ON records_seriesterms;
DROP FUNCTION records_series_check();
DROP TRIGGER records_schedule_check ON records_retentionschedule;
DROP FUNCTION records_schedule_check();
"""

DISPOSAL = """
CREATE FUNCTION records_batch_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('certified', 'stopped')
       OR ROW(NEW.number, NEW.kind, NEW.terms_id, NEW.made_at, NEW.due_until)
          IS DISTINCT FROM ROW(OLD.number, OLD.kind, OLD.terms_id, OLD.made_at, OLD.due_until)
       OR (OLD.approved_at IS NOT NULL AND
           ROW(NEW.digest, NEW.approved_at, NEW.approved_by_id, NEW.approved_proof)
           IS DISTINCT FROM ROW(OLD.digest, OLD.approved_at, OLD.approved_by_id, OLD.approved_proof))
       OR (OLD.second_at IS NOT NULL AND
           ROW(NEW.second_at, NEW.second_by_id, NEW.second_proof, NEW.waits_until)
           IS DISTINCT FROM ROW(OLD.second_at, OLD.second_by_id, OLD.second_proof, OLD.waits_until))
       OR (NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
           ('review', 'approved'), ('approved', 'waiting'), ('waiting', 'executing'),
           ('executing', 'done'), ('done', 'certified'), ('review', 'stopped'),
           ('approved', 'stopped'), ('waiting', 'stopped'), ('executing', 'stopped')))
       OR (NEW.state = 'executing' AND OLD.state = 'waiting' AND
           (NEW.begun_at IS NULL OR NEW.begun_at < OLD.waits_until)) THEN
        RAISE EXCEPTION 'A batch goes on as it was approved.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_batch_as_approved';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER records_batch_check
    BEFORE UPDATE OR DELETE ON records_disposalbatch
    FOR EACH ROW EXECUTE FUNCTION records_batch_check();

CREATE FUNCTION records_entry_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'listed'
       OR ROW(NEW.batch_id, NEW.retained_id, NEW.due_on)
          IS DISTINCT FROM ROW(OLD.batch_id, OLD.retained_id, OLD.due_on)
       OR (NEW.state = 'destroyed' AND NOT EXISTS (
           SELECT 1 FROM records_disposalbatch b
           WHERE b.id = NEW.batch_id AND b.state = 'executing')) THEN
        RAISE EXCEPTION 'What becomes of a thing is settled once, by its batch.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_entry_settled_once';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER records_entry_check
    BEFORE UPDATE OR DELETE ON records_disposalentry
    FOR EACH ROW EXECUTE FUNCTION records_entry_check();
CREATE FUNCTION records_entry_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state NOT IN ('listed', 'kept_out') OR NOT EXISTS (
        SELECT 1 FROM records_disposalbatch b
        WHERE b.id = NEW.batch_id AND b.state = 'review') THEN
        RAISE EXCEPTION 'Things are listed in a batch before anybody approves it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_entry_begins_in_review';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER records_entry_begins
    BEFORE INSERT ON records_disposalentry
    FOR EACH ROW EXECUTE FUNCTION records_entry_begins();

CREATE FUNCTION records_retained_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.standing = 'destroyed'
       OR ROW(NEW.kind, NEW.subject_id, NEW.made_on)
          IS DISTINCT FROM ROW(OLD.kind, OLD.subject_id, OLD.made_on)
       OR (NEW.standing = 'destroyed' AND NOT EXISTS (
           SELECT 1 FROM records_disposalentry e
           WHERE e.retained_id = NEW.id AND e.state = 'destroyed')) THEN
        RAISE EXCEPTION 'What is under retention stays there until a batch destroyed it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_retained_stays';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER records_retained_check
    BEFORE UPDATE OR DELETE ON records_retained
    FOR EACH ROW EXECUTE FUNCTION records_retained_check();
"""
NO_DISPOSAL = """
DROP TRIGGER records_retained_check ON records_retained;
DROP FUNCTION records_retained_check();
DROP TRIGGER records_entry_begins ON records_disposalentry;
DROP FUNCTION records_entry_begins();
DROP TRIGGER records_entry_check ON records_disposalentry;
DROP FUNCTION records_entry_check();
DROP TRIGGER records_batch_check ON records_disposalbatch;
DROP FUNCTION records_batch_check();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0020_retention_and_disposal")]

    operations = [
        migrations.RunSQL(MAY, NO_MAY),
        migrations.RunSQL(RECORDS, NO_RECORDS),
        migrations.RunSQL(ITEMS, NO_ITEMS),
        migrations.RunSQL(ANNOUNCEMENTS, NO_ANNOUNCEMENTS),
        migrations.RunSQL(SCHEDULES, NO_SCHEDULES),
        migrations.RunSQL(DISPOSAL, NO_DISPOSAL),
    ]
