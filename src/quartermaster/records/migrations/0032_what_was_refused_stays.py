"""Back, in the database itself, that what was refused stays on record, and ends once.

What it was, whose, and why it was not taken does not change; a file leaves quarantine once, and
its row is not deleted. When the record that it became is destroyed, the name goes with it.
"""

from django.db import migrations

REFUSED = """
CREATE FUNCTION records_refused_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'That a file was not taken stays on record.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_refused_stays';
    END IF;
    IF ROW(NEW.id, NEW.author_id, NEW.media_type, NEW.size, NEW.digest, NEW.problem,
           NEW.arrived_at)
       IS DISTINCT FROM
       ROW(OLD.id, OLD.author_id, OLD.media_type, OLD.size, OLD.digest, OLD.problem,
           OLD.arrived_at)
       OR (OLD.state <> 'waiting' AND
           ROW(NEW.state, NEW.decided_at, NEW.decided_by_id, NEW.reason)
           IS DISTINCT FROM
           ROW(OLD.state, OLD.decided_at, OLD.decided_by_id, OLD.reason))
       OR (NEW.name <> OLD.name AND OLD.state <> 'released') THEN
        RAISE EXCEPTION 'What was not taken is not changed, and leaves quarantine once.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_refused_unchanged';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER records_refused_check
    BEFORE UPDATE OR DELETE ON records_refusedfile
    FOR EACH ROW EXECUTE FUNCTION records_refused_check();
"""
NO_REFUSED = """
DROP TRIGGER records_refused_check ON records_refusedfile;
DROP FUNCTION records_refused_check();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0031_files_that_were_not_taken")]

    operations = [migrations.RunSQL(REFUSED, NO_REFUSED)]
