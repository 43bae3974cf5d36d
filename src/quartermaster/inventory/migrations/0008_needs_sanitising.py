"""A City device that somebody holds may hold their data, until its sanitisation is verified.

Set by a trigger, so that no way of handing out forgets it. A device with such data in stock is
handed to nobody. A hot-spot keeps nothing of its user. Who has read older code writes no such
column, hence the default.
"""

from django.db import migrations, models

USED_BEFORE = """
UPDATE inventory_device d SET needs_sanitising = true
WHERE ownership = 'city' AND device_class <> 'hotspot' AND status <> 'retired'
  AND (holder_id IS NOT NULL OR EXISTS (
      SELECT 1 FROM audit_entry e
      WHERE e.subject_kind = 'inventory.device' AND e.subject_id = d.id::text
        AND e.tag = 'inventory.device.moved'));
"""
FORWARD = """
CREATE FUNCTION inventory_device_use_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.holder_id IS NOT DISTINCT FROM OLD.holder_id THEN
            RETURN NEW;
        END IF;
        IF OLD.status = 'in_stock' AND OLD.needs_sanitising THEN
            RAISE EXCEPTION 'The device % is not sanitised since its last use', NEW.asset_tag
                USING ERRCODE = 'check_violation',
                      CONSTRAINT = 'inventory_device_sanitised_before_use';
        END IF;
    END IF;
    NEW.needs_sanitising := true;
    RETURN NEW;
END;
$$;
CREATE TRIGGER inventory_device_use_check
    BEFORE INSERT OR UPDATE OF holder_id ON inventory_device
    FOR EACH ROW
    WHEN (NEW.holder_id IS NOT NULL AND NEW.ownership = 'city' AND NEW.device_class <> 'hotspot')
    EXECUTE FUNCTION inventory_device_use_check();
"""
BACKWARD = """
DROP TRIGGER inventory_device_use_check ON inventory_device;
DROP FUNCTION inventory_device_use_check();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0007_custody_agrees"),
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="device",
            name="needs_sanitising",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="to be sanitised"
            ),
        ),
        migrations.RunSQL(USED_BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
