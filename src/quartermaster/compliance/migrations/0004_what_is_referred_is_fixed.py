"""What a case rests on is fixed: the database refuses to change evidence, words and outcomes."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION compliance_guard_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A case is never deleted.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'A closed case is never changed.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.evidence, NEW.evidence_digest, NEW.holder_id, NEW.finding_id, NEW.trigger,
        NEW.noticed_at, NEW.prepared_at)
       IS DISTINCT FROM
       (OLD.evidence, OLD.evidence_digest, OLD.holder_id, OLD.finding_id, OLD.trigger,
        OLD.noticed_at, OLD.prepared_at)
       OR (OLD.referred_at IS NOT NULL
           AND (NEW.referred_at, NEW.confirmed_by_id)
               IS DISTINCT FROM (OLD.referred_at, OLD.confirmed_by_id)) THEN
        RAISE EXCEPTION 'What a case rests on is never changed.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER compliance_case_guard BEFORE UPDATE OR DELETE ON compliance_case
    FOR EACH ROW EXECUTE FUNCTION compliance_guard_case();

CREATE FUNCTION compliance_guard_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'This is written once.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER compliance_statement_guard BEFORE UPDATE OR DELETE ON compliance_statement
    FOR EACH ROW EXECUTE FUNCTION compliance_guard_written();
CREATE TRIGGER compliance_outcome_guard BEFORE UPDATE OR DELETE ON compliance_outcome
    FOR EACH ROW EXECUTE FUNCTION compliance_guard_written();
"""
BACKWARD = """
DROP TRIGGER compliance_outcome_guard ON compliance_outcome;
DROP TRIGGER compliance_statement_guard ON compliance_statement;
DROP FUNCTION compliance_guard_written();
DROP TRIGGER compliance_case_guard ON compliance_case;
DROP FUNCTION compliance_guard_case();
"""


class Migration(migrations.Migration):
    dependencies = [("compliance", "0003_cases")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
