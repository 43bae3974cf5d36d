"""What was asked of a carrier is not rewritten, and what is settled stays settled."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION billing_guard_line_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'An order to a carrier is never deleted.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.line_id, NEW.kind, NEW.reason, NEW.asked_at, NEW.asked_by, NEW.asked_by_person_id,
        NEW.sim_id, NEW.plan_id, NEW.recalls_id)
       IS DISTINCT FROM
       (OLD.line_id, OLD.kind, OLD.reason, OLD.asked_at, OLD.asked_by, OLD.asked_by_person_id,
        OLD.sim_id, OLD.plan_id, OLD.recalls_id) THEN
        RAISE EXCEPTION 'What was asked of a carrier is never changed.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.settled_at IS NOT NULL AND
       (NEW.state, NEW.settled_at, NEW.settled_by, NEW.done_at, NEW.reference, NEW.sent_at)
       IS DISTINCT FROM
       (OLD.state, OLD.settled_at, OLD.settled_by, OLD.done_at, OLD.reference, OLD.sent_at) THEN
        RAISE EXCEPTION 'The word of a carrier is written once.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_lineorder_guard BEFORE UPDATE OR DELETE ON billing_lineorder
    FOR EACH ROW EXECUTE FUNCTION billing_guard_line_order();
"""
BACKWARD = """
DROP TRIGGER billing_lineorder_guard ON billing_lineorder;
DROP FUNCTION billing_guard_line_order();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_line_orders")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
