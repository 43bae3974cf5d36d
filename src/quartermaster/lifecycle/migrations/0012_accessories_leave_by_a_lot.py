"""What leaves by a lot: a device after its sanitisation, or an accessory that nobody has (C-3)."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION lifecycle_line_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.accessory_id IS NOT NULL THEN
        IF EXISTS (
            SELECT 1 FROM inventory_accessory a
            WHERE a.id = NEW.accessory_id AND a.holder_id IS NULL AND NOT a.retired
        ) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'An accessory goes into a lot only out of stock'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lifecycle_disposed_free';
    END IF;
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
DROP TRIGGER lifecycle_line_check ON lifecycle_disposalline;
CREATE TRIGGER lifecycle_line_check BEFORE INSERT OR UPDATE OF device_id, accessory_id, lot_id
    ON lifecycle_disposalline FOR EACH ROW EXECUTE FUNCTION lifecycle_line_check();
"""

BACKWARD = """
DROP TRIGGER lifecycle_line_check ON lifecycle_disposalline;
CREATE OR REPLACE FUNCTION lifecycle_line_check() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0011_denials_and_joins")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
