"""A hand-out that is over is never changed, nor what was answered in it. Their numbers' sequence."""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE lifecycle_handover_number;

CREATE FUNCTION lifecycle_guard_handover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A hand-out is never deleted.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'A hand-out that is over is never changed.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.number, NEW.holder_id, NEW.prepared_at, NEW.prepared_by)
       IS DISTINCT FROM (OLD.number, OLD.holder_id, OLD.prepared_at, OLD.prepared_by) THEN
        RAISE EXCEPTION 'For whom a hand-out is, and who prepared it, is never changed.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lifecycle_handover_guard BEFORE UPDATE OR DELETE ON lifecycle_handover
    FOR EACH ROW EXECUTE FUNCTION lifecycle_guard_handover();

CREATE FUNCTION lifecycle_guard_handover_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A thing of a hand-out is never deleted.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT OLD.live THEN
        RAISE EXCEPTION 'What was answered in a hand-out is never changed.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.handover_id, NEW.device_id, NEW.accessory_id)
       IS DISTINCT FROM (OLD.handover_id, OLD.device_id, OLD.accessory_id) THEN
        RAISE EXCEPTION 'Which thing is handed out is never changed.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lifecycle_handover_item_guard BEFORE UPDATE OR DELETE ON lifecycle_handoveritem
    FOR EACH ROW EXECUTE FUNCTION lifecycle_guard_handover_item();
"""
BACKWARD = """
DROP TRIGGER lifecycle_handover_item_guard ON lifecycle_handoveritem;
DROP FUNCTION lifecycle_guard_handover_item();
DROP TRIGGER lifecycle_handover_guard ON lifecycle_handover;
DROP FUNCTION lifecycle_guard_handover();
DROP SEQUENCE lifecycle_handover_number;
"""


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0002_handovers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
