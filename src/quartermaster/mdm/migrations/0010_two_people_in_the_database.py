"""Back, in the database itself, that nothing is destroyed by one person.

What no constraint can say, because it looks at several rows: a request is never changed after it
was made and moves as its machine does; nobody approves their own; a command that destroys exists
only for a released device of an approved request, and a command that has one is for that device.

The names on the wire stand here because the database has no driver to ask. A payload that is
sealed cannot be read here; the driver's door reads it before it is sent.
"""

from django.db import migrations

REQUESTS = """
CREATE FUNCTION mdm_destruction_request_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A destructive request stays on record.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mdm_destruction_stays';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'requested' THEN
            RAISE EXCEPTION 'A destructive request begins by being asked.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'mdm_destruction_begins';
        END IF;
        RETURN NEW;
    END IF;
    IF ROW(NEW.id, NEW.kind, NEW.arguments, NEW.reason, NEW.statement, NEW.digest,
           NEW.requester_id, NEW.requested_at)
       IS DISTINCT FROM
       ROW(OLD.id, OLD.kind, OLD.arguments, OLD.reason, OLD.statement, OLD.digest,
           OLD.requester_id, OLD.requested_at) THEN
        RAISE EXCEPTION 'A destructive request is not changed after it was asked.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mdm_destruction_unchanged';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('requested', 'waiting'), ('requested', 'refused'), ('waiting', 'blocked'),
        ('blocked', 'waiting'), ('waiting', 'released'), ('released', 'confirmed'),
        ('released', 'unconfirmed'), ('confirmed', 'unconfirmed'),
        ('requested', 'stopped'), ('waiting', 'stopped'), ('blocked', 'stopped'),
        ('released', 'stopped'),
        ('requested', 'expired'), ('waiting', 'expired'), ('blocked', 'expired')) THEN
        RAISE EXCEPTION 'A destructive request does not go from % to %.', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mdm_destruction_moves';
    END IF;
    IF NEW.state <> OLD.state AND NEW.state IN ('waiting', 'released') AND NOT EXISTS (
        SELECT 1 FROM mdm_destructiveapproval a
        WHERE a.request_id = NEW.id AND a.digest = NEW.digest AND a.approver_id <> NEW.requester_id
    ) THEN
        RAISE EXCEPTION 'No second person approved this destructive request.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mdm_destruction_takes_two';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER mdm_destruction_request_check
    BEFORE INSERT OR UPDATE OR DELETE ON mdm_destructiverequest
    FOR EACH ROW EXECUTE FUNCTION mdm_destruction_request_check();
"""

APPROVALS = """
CREATE FUNCTION mdm_destruction_approval_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' OR NOT EXISTS (
        SELECT 1 FROM mdm_destructiverequest r
        WHERE r.id = NEW.request_id AND r.state = 'requested' AND r.digest = NEW.digest
          AND r.requester_id <> NEW.approver_id
          AND NEW.approved_at BETWEEN NEW.proved_at AND NEW.proved_at + interval '5 minutes'
    ) THEN
        RAISE EXCEPTION 'An approval is given once, by another person, to what was asked.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mdm_approval_by_another';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER mdm_destruction_approval_check
    BEFORE INSERT OR UPDATE OR DELETE ON mdm_destructiveapproval
    FOR EACH ROW EXECUTE FUNCTION mdm_destruction_approval_check();
"""

TARGETS = """
CREATE FUNCTION mdm_destruction_target_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A device of a destructive request stays on record.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mdm_target_stays';
    END IF;
    SELECT r.state INTO asked FROM mdm_destructiverequest r WHERE r.id = NEW.request_id;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'pending' OR asked IS DISTINCT FROM 'requested' THEN
            RAISE EXCEPTION 'Devices are named when a destructive request is made.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'mdm_target_begins';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.request_id, NEW.enrolment_id) IS DISTINCT FROM (OLD.request_id, OLD.enrolment_id) THEN
        RAISE EXCEPTION 'A destructive request is not changed after it was asked.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mdm_target_unchanged';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('pending', 'released'), ('pending', 'withdrawn'), ('released', 'withdrawn'),
        ('released', 'confirmed'), ('released', 'unconfirmed'), ('confirmed', 'unconfirmed')) THEN
        RAISE EXCEPTION 'A device of a request does not go from % to %.', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mdm_target_moves';
    END IF;
    IF NEW.state <> OLD.state AND NEW.state = 'released' AND asked <> 'released' THEN
        RAISE EXCEPTION 'A device is released with its request alone.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mdm_target_released_with_request';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER mdm_destruction_target_check
    BEFORE INSERT OR UPDATE OR DELETE ON mdm_destructivetarget
    FOR EACH ROW EXECUTE FUNCTION mdm_destruction_target_check();
"""

COMMANDS = """
CREATE FUNCTION mdm_command_destroys_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.target_id IS DISTINCT FROM OLD.target_id OR NEW.kind <> OLD.kind
           OR NEW.enrolment_id <> OLD.enrolment_id
           OR (NEW.payload <> OLD.payload AND NEW.payload <> ''::bytea) THEN
            RAISE EXCEPTION 'A command that destroys is not changed, and none becomes one.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'mdm_command_takes_two';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT 1
        FROM mdm_destructivetarget t
        JOIN mdm_destructiverequest r ON r.id = t.request_id
        JOIN mdm_destructiveapproval a ON a.request_id = r.id
        WHERE t.id = NEW.target_id AND t.enrolment_id = NEW.enrolment_id AND t.state = 'released'
          AND r.state = 'released' AND a.digest = r.digest AND a.approver_id <> r.requester_id
    ) THEN
        RAISE EXCEPTION 'No command that destroys without a request that two people stand for.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mdm_command_takes_two';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER mdm_command_destroys_check
    BEFORE INSERT OR UPDATE OF kind, payload, target_id, enrolment_id ON mdm_command
    FOR EACH ROW WHEN (
        NEW.target_id IS NOT NULL
        OR NEW.kind = 'EraseDevice'
        OR position('EraseDevice'::bytea IN NEW.payload) > 0
        OR (position('<string>RemoveProfile</string>'::bytea IN NEW.payload) > 0
            AND position('<string>org.quartermaster.enrolment</string>'::bytea IN NEW.payload) > 0)
    )
    EXECUTE FUNCTION mdm_command_destroys_check();
"""


def backward(table: str, name: str) -> str:
    return f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();"


class Migration(migrations.Migration):
    dependencies = [("mdm", "0009_destructive_requests")]

    operations = [
        migrations.RunSQL(
            REQUESTS, backward("mdm_destructiverequest", "mdm_destruction_request_check")
        ),
        migrations.RunSQL(
            APPROVALS, backward("mdm_destructiveapproval", "mdm_destruction_approval_check")
        ),
        migrations.RunSQL(
            TARGETS, backward("mdm_destructivetarget", "mdm_destruction_target_check")
        ),
        migrations.RunSQL(COMMANDS, backward("mdm_command", "mdm_command_destroys_check")),
    ]
