"""No way past the City's procedure, whatever writes (C-3).

- A City device becomes retired only in a lot that was disposed of, or by a write-off agreed to.
  It is looked at when the transaction ends, as both are written in one. What was retired before it
  was entered here comes in as it is.
- A device goes into a lot only sanitised since its last use, unless it keeps nothing of its user,
  and is still so when the lot is disposed of.
- A device stops needing its sanitisation only by a verified one; handing it out ends that one.
- What was disposed of, written off or verified is never changed or deleted.
"""

from django.db import migrations

RETIRED = """
CREATE SEQUENCE lifecycle_lot_number;

CREATE FUNCTION lifecycle_way_out_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM lifecycle_disposalline l JOIN lifecycle_surpluslot s ON s.id = l.lot_id
        WHERE l.device_id = NEW.id AND s.state = 'disposed'
    ) OR EXISTS (
        SELECT 1 FROM lifecycle_writeoff w WHERE w.device_id = NEW.id AND w.state = 'approved'
    ) OR NOT EXISTS (
        SELECT 1 FROM inventory_device d WHERE d.id = NEW.id AND d.status = 'retired'
    ) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'The device % leaves by a surplus lot or a write-off alone', NEW.asset_tag
        USING ERRCODE = 'check_violation', CONSTRAINT = 'lifecycle_retired_by_the_procedure';
END;
$$;
CREATE CONSTRAINT TRIGGER lifecycle_way_out_check
    AFTER UPDATE OF status ON inventory_device
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW
    WHEN (NEW.ownership = 'city' AND NEW.status = 'retired' AND OLD.status <> 'retired')
    EXECUTE FUNCTION lifecycle_way_out_check();
"""

SANITISED = """
CREATE FUNCTION lifecycle_line_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM inventory_device d WHERE d.id = NEW.device_id AND d.ownership = 'city'
          AND (d.device_class = 'hotspot' OR EXISTS (
              SELECT 1 FROM lifecycle_sanitisation s WHERE s.device_id = d.id AND s.holds))
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A device goes into a lot only after its verified sanitisation'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'lifecycle_disposed_sanitised';
END;
$$;
CREATE TRIGGER lifecycle_line_check BEFORE INSERT OR UPDATE OF device_id, lot_id
    ON lifecycle_disposalline FOR EACH ROW EXECUTE FUNCTION lifecycle_line_check();

CREATE FUNCTION lifecycle_lot_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('disposed', 'cancelled') THEN
        IF TG_OP = 'UPDATE' THEN
            OLD.certificate_id := COALESCE(OLD.certificate_id, NEW.certificate_id);
            IF OLD IS NOT DISTINCT FROM NEW THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'A lot stays on record as it was closed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'lifecycle_lot_stays';
    END IF;
    IF NEW.state = 'disposed' AND OLD.state <> 'disposed' AND EXISTS (
        SELECT 1 FROM lifecycle_disposalline l JOIN inventory_device d ON d.id = l.device_id
        WHERE l.lot_id = NEW.id AND d.device_class <> 'hotspot' AND NOT EXISTS (
            SELECT 1 FROM lifecycle_sanitisation s WHERE s.device_id = d.id AND s.holds)
    ) THEN
        RAISE EXCEPTION 'A device of the lot is not sanitised since its last use'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lifecycle_disposed_sanitised';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER lifecycle_lot_check BEFORE UPDATE OR DELETE ON lifecycle_surpluslot
    FOR EACH ROW EXECUTE FUNCTION lifecycle_lot_check();

CREATE FUNCTION lifecycle_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM lifecycle_surpluslot s
               WHERE s.id = OLD.lot_id AND s.state = 'disposed') THEN
        RAISE EXCEPTION 'A device of a lot that was disposed of stays in it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'lifecycle_line_stays';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END;
$$;
CREATE TRIGGER lifecycle_line_stays BEFORE UPDATE OR DELETE ON lifecycle_disposalline
    FOR EACH ROW EXECUTE FUNCTION lifecycle_line_stays();

CREATE FUNCTION lifecycle_write_off_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'asked' THEN
        RAISE EXCEPTION 'A write-off stays as it was decided'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'lifecycle_write_off_stays';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END;
$$;
CREATE TRIGGER lifecycle_write_off_stays BEFORE UPDATE OR DELETE ON lifecycle_writeoff
    FOR EACH ROW EXECUTE FUNCTION lifecycle_write_off_stays();
"""

USED = """
CREATE FUNCTION lifecycle_sanitised_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM lifecycle_sanitisation s
        WHERE s.device_id = NEW.id AND s.holds AND s.method <> 'destroy'
    ) THEN
        NEW.needs_sanitising := true;
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER lifecycle_sanitised_check BEFORE UPDATE OF needs_sanitising ON inventory_device
    FOR EACH ROW WHEN (OLD.needs_sanitising AND NOT NEW.needs_sanitising)
    EXECUTE FUNCTION lifecycle_sanitised_check();

CREATE FUNCTION lifecycle_used_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE lifecycle_sanitisation SET holds = false WHERE device_id = NEW.id AND holds;
    RETURN NULL;
END;
$$;
CREATE TRIGGER lifecycle_used_again AFTER UPDATE OF holder_id ON inventory_device
    FOR EACH ROW WHEN (OLD.holder_id IS NULL AND NEW.holder_id IS NOT NULL)
    EXECUTE FUNCTION lifecycle_used_again();
"""

BACKWARD = """
DROP TRIGGER lifecycle_used_again ON inventory_device;
DROP FUNCTION lifecycle_used_again();
DROP TRIGGER lifecycle_sanitised_check ON inventory_device;
DROP FUNCTION lifecycle_sanitised_check();
DROP TRIGGER lifecycle_write_off_stays ON lifecycle_writeoff;
DROP FUNCTION lifecycle_write_off_stays();
DROP TRIGGER lifecycle_line_stays ON lifecycle_disposalline;
DROP FUNCTION lifecycle_line_stays();
DROP TRIGGER lifecycle_lot_check ON lifecycle_surpluslot;
DROP FUNCTION lifecycle_lot_check();
DROP TRIGGER lifecycle_line_check ON lifecycle_disposalline;
DROP FUNCTION lifecycle_line_check();
DROP TRIGGER lifecycle_way_out_check ON inventory_device;
DROP FUNCTION lifecycle_way_out_check();
DROP SEQUENCE lifecycle_lot_number;
"""


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0009_returns")]

    operations = [migrations.RunSQL(RETIRED + SANITISED + USED, BACKWARD)]
