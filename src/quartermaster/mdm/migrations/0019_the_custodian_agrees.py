"""Back, in the database itself, that a hold is passed over by the records custodian alone.

The two functions are those of `two_people_in_the_database`, with what a hold adds to them.
"""

from django.db import migrations

REQUESTS = """
CREATE OR REPLACE FUNCTION mdm_destruction_request_check() RETURNS trigger LANGUAGE plpgsql AS $$
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
           NEW.requester_id, NEW.requested_at, NEW.despite_hold)
       IS DISTINCT FROM
       ROW(OLD.id, OLD.kind, OLD.arguments, OLD.reason, OLD.statement, OLD.digest,
           OLD.requester_id, OLD.requested_at, OLD.despite_hold) THEN
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
"""

APPROVALS = """
CREATE OR REPLACE FUNCTION mdm_destruction_approval_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' OR NOT EXISTS (
        SELECT 1 FROM mdm_destructiverequest r
        WHERE r.id = NEW.request_id AND r.state = 'requested' AND r.digest = NEW.digest
          AND r.requester_id <> NEW.approver_id
          AND NEW.approved_at BETWEEN NEW.proved_at AND NEW.proved_at + interval '5 minutes'
          AND (r.despite_hold OR NEW.holds = '[]'::jsonb)
    ) THEN
        RAISE EXCEPTION 'An approval is given once, by another person, to what was asked.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mdm_approval_by_another';
    END IF;
    IF EXISTS (
        SELECT 1 FROM mdm_destructiverequest r WHERE r.id = NEW.request_id AND r.despite_hold
    ) AND NOT EXISTS (
        SELECT 1 FROM org_roleassignment a
        WHERE a.person_id = NEW.approver_id AND a.role = 'custodian' AND a.ended_at IS NULL
          AND a.granted_at <= NEW.approved_at
          AND (a.expires_at IS NULL OR a.expires_at > NEW.approved_at)
    ) THEN
        RAISE EXCEPTION 'In spite of a hold the records custodian agrees, and nobody else.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mdm_approval_by_custodian';
    END IF;
    RETURN NEW;
END;
$$;
"""

REQUESTS_BEFORE = """
CREATE OR REPLACE FUNCTION mdm_destruction_request_check() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""

APPROVALS_BEFORE = """
CREATE OR REPLACE FUNCTION mdm_destruction_approval_check() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("mdm", "0018_in_spite_of_a_hold"), ("org", "0004_api_token")]

    operations = [
        migrations.RunSQL(REQUESTS, REQUESTS_BEFORE),
        migrations.RunSQL(APPROVALS, APPROVALS_BEFORE),
    ]
