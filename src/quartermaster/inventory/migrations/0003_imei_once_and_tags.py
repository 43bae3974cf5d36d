"""An IMEI belongs to one device, be it the first or the second; asset tags out of a sequence.

No unique index spans two columns, so a trigger looks. It takes the room's lock first: of two
transactions that write the same IMEI the second waits, and then sees what the first has written.
"""

from django.db import migrations

LOCK = 0x494E_5600  # as in quartermaster.inventory.actions.common

FORWARD = f"""
CREATE FUNCTION inventory_device_imei_once_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    other varchar;
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK});
    SELECT d.asset_tag INTO other FROM inventory_device d
        WHERE d.id <> NEW.id
          AND ((NEW.imei <> '' AND d.imei2 = NEW.imei) OR (NEW.imei2 <> '' AND d.imei = NEW.imei2))
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'The IMEI is that of device % already', other
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'inventory_device_imei_anywhere_once';
    END IF;
    RETURN NULL;
END;
$$;
CREATE CONSTRAINT TRIGGER inventory_device_imei_anywhere_once
    AFTER INSERT OR UPDATE OF imei, imei2 ON inventory_device
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (NEW.imei <> '' OR NEW.imei2 <> '')
    EXECUTE FUNCTION inventory_device_imei_once_check();
CREATE SEQUENCE inventory_asset_tag START 1001;
"""
BACKWARD = """
DROP SEQUENCE inventory_asset_tag;
DROP TRIGGER inventory_device_imei_anywhere_once ON inventory_device;
DROP FUNCTION inventory_device_imei_once_check();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_tighter")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
