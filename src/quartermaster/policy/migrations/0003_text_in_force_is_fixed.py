"""What was adopted and acknowledged is fixed: the database itself refuses to change it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION policy_guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'An adopted policy is never deleted.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state <> 'draft' AND (
        (to_jsonb(NEW) - 'state' - 'ended_at') IS DISTINCT FROM (to_jsonb(OLD) - 'state' - 'ended_at')
        OR NOT (NEW.state = OLD.state OR (OLD.state = 'adopted' AND NEW.state = 'superseded'))
        OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
    ) THEN
        RAISE EXCEPTION 'An adopted policy is never changed.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'draft' AND NEW.state = 'superseded' THEN
        RAISE EXCEPTION 'A draft is never superseded.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER policy_version_guard BEFORE UPDATE OR DELETE ON policy_policyversion
    FOR EACH ROW EXECUTE FUNCTION policy_guard_version();

CREATE FUNCTION policy_guard_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN touched := ARRAY[NEW.version_id];
    ELSIF TG_OP = 'DELETE' THEN touched := ARRAY[OLD.version_id];
    ELSE touched := ARRAY[OLD.version_id, NEW.version_id];
    END IF;
    IF EXISTS (SELECT 1 FROM policy_policyversion WHERE id = ANY(touched) AND state <> 'draft') THEN
        RAISE EXCEPTION 'An adopted policy is never changed.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER policy_clause_guard BEFORE INSERT OR UPDATE OR DELETE ON policy_clause
    FOR EACH ROW EXECUTE FUNCTION policy_guard_part();
CREATE TRIGGER policy_relatedpolicy_guard BEFORE INSERT OR UPDATE OR DELETE ON policy_relatedpolicy
    FOR EACH ROW EXECUTE FUNCTION policy_guard_part();

CREATE FUNCTION policy_guard_acknowledgement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'An acknowledgement is written once.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM policy_policyversion WHERE id = NEW.version_id
        AND state IN ('adopted', 'superseded') AND text_digest = NEW.text_digest
    ) THEN
        RAISE EXCEPTION 'Only the text of an adopted policy is acknowledged.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER policy_acknowledgement_guard
    BEFORE INSERT OR UPDATE OR DELETE ON policy_acknowledgement
    FOR EACH ROW EXECUTE FUNCTION policy_guard_acknowledgement();
"""
BACKWARD = """
DROP TRIGGER policy_acknowledgement_guard ON policy_acknowledgement;
DROP FUNCTION policy_guard_acknowledgement();
DROP TRIGGER policy_relatedpolicy_guard ON policy_relatedpolicy;
DROP TRIGGER policy_clause_guard ON policy_clause;
DROP FUNCTION policy_guard_part();
DROP TRIGGER policy_version_guard ON policy_policyversion;
DROP FUNCTION policy_guard_version();
"""


class Migration(migrations.Migration):
    dependencies = [("policy", "0002_documents")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
