"""Back, in the database itself, what a hold promises.

Which devices are held follows people, whichever room moves a device: a device that somebody has,
gets or gives away while under a hold is held from then on. The words of a hold and what people
said to them are written once; who was let go stays let go.
"""

from django.db import migrations

DEVICES = """
CREATE FUNCTION records_hold_device() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO records_helddevice (id, keeper_id, device_id)
    SELECT gen_random_uuid(), k.id, NEW.id
    FROM records_holdkeeper k
    WHERE k.released_at IS NULL
      AND (k.person_id = NEW.holder_id OR (TG_OP = 'UPDATE' AND k.person_id = OLD.holder_id))
    ON CONFLICT (keeper_id, device_id) DO NOTHING;
    RETURN NULL;
END;
$$;
CREATE TRIGGER records_hold_device_new
    AFTER INSERT ON inventory_device FOR EACH ROW WHEN (NEW.holder_id IS NOT NULL)
    EXECUTE FUNCTION records_hold_device();
CREATE TRIGGER records_hold_device_moved
    AFTER UPDATE OF holder_id ON inventory_device FOR EACH ROW
    WHEN (NEW.holder_id IS DISTINCT FROM OLD.holder_id)
    EXECUTE FUNCTION records_hold_device();
"""
NO_DEVICES = """
DROP TRIGGER records_hold_device_moved ON inventory_device;
DROP TRIGGER records_hold_device_new ON inventory_device;
DROP FUNCTION records_hold_device();
"""

KEEPERS = """
CREATE FUNCTION records_hold_devices_of() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO records_helddevice (id, keeper_id, device_id)
    SELECT gen_random_uuid(), NEW.id, d.id FROM inventory_device d
    WHERE d.holder_id = NEW.person_id
    ON CONFLICT (keeper_id, device_id) DO NOTHING;
    RETURN NULL;
END;
$$;
CREATE TRIGGER records_hold_devices_of
    AFTER INSERT ON records_holdkeeper FOR EACH ROW EXECUTE FUNCTION records_hold_devices_of();

CREATE FUNCTION records_keeper_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Who had to keep something stays on record.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_keeper_stays';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'asked' OR NOT EXISTS (
            SELECT 1 FROM records_hold h WHERE h.id = NEW.hold_id AND h.state = 'open'
        ) THEN
            RAISE EXCEPTION 'People are put under a hold that is in force, by being asked.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'records_keeper_begins';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.hold_id, NEW.person_id) IS DISTINCT FROM (OLD.hold_id, OLD.person_id) THEN
        RAISE EXCEPTION 'A notice stays with its hold and its person.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_keeper_unchanged';
    END IF;
    IF OLD.state = 'released' THEN
        RAISE EXCEPTION 'Who was let go is put under the hold anew.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_keeper_let_go_for_good';
    END IF;
    IF NEW.state = 'acknowledged' AND OLD.state = 'asked' AND NOT EXISTS (
        SELECT 1 FROM records_holdacknowledgement a
        WHERE a.keeper_id = NEW.id AND a.asked_at = OLD.asked_at
    ) THEN
        RAISE EXCEPTION 'Nobody acknowledged this notice.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_keeper_acknowledged';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER records_keeper_check
    BEFORE INSERT OR UPDATE OR DELETE ON records_holdkeeper
    FOR EACH ROW EXECUTE FUNCTION records_keeper_check();
"""
NO_KEEPERS = """
DROP TRIGGER records_keeper_check ON records_holdkeeper;
DROP FUNCTION records_keeper_check();
DROP TRIGGER records_hold_devices_of ON records_holdkeeper;
DROP FUNCTION records_hold_devices_of();
"""

HOLDS = """
CREATE FUNCTION records_hold_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A hold stays on record.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_hold_stays';
    END IF;
    IF OLD.state = 'released' THEN
        RAISE EXCEPTION 'A hold that was released stays released.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_hold_released_for_good';
    END IF;
    IF NEW.state = 'released' AND EXISTS (
        SELECT 1 FROM records_holdkeeper k WHERE k.hold_id = NEW.id AND k.released_at IS NULL
    ) THEN
        RAISE EXCEPTION 'A hold is released with everybody under it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_hold_released_whole';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER records_hold_check
    BEFORE UPDATE OR DELETE ON records_hold
    FOR EACH ROW EXECUTE FUNCTION records_hold_check();
"""
NO_HOLDS = """
DROP TRIGGER records_hold_check ON records_hold;
DROP FUNCTION records_hold_check();
"""

ONCE = """
CREATE FUNCTION records_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'This is written once (%).', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'records_written_once';
END;
$$;
CREATE TRIGGER records_terms_written_once
    BEFORE UPDATE OR DELETE ON records_holdterms
    FOR EACH ROW EXECUTE FUNCTION records_written_once();
CREATE TRIGGER records_acknowledgement_written_once
    BEFORE UPDATE OR DELETE ON records_holdacknowledgement
    FOR EACH ROW EXECUTE FUNCTION records_written_once();
CREATE TRIGGER records_held_device_written_once
    BEFORE UPDATE OR DELETE ON records_helddevice
    FOR EACH ROW EXECUTE FUNCTION records_written_once();
"""
NOT_ONCE = """
DROP TRIGGER records_held_device_written_once ON records_helddevice;
DROP TRIGGER records_acknowledgement_written_once ON records_holdacknowledgement;
DROP TRIGGER records_terms_written_once ON records_holdterms;
DROP FUNCTION records_written_once();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_legal_holds"),
        ("inventory", "0004_decide_on_applications"),
    ]

    operations = [
        migrations.RunSQL(DEVICES, NO_DEVICES),
        migrations.RunSQL(KEEPERS, NO_KEEPERS),
        migrations.RunSQL(HOLDS, NO_HOLDS),
        migrations.RunSQL(ONCE, NOT_ONCE),
    ]
