"""The chain of custody cannot be broken, whatever writes.

- A period begins where the one before it ended: a foreign key over three columns, which Django
  cannot say. (An exclusion constraint would need an extension that not every server has.)
- A period is closed once, and is otherwise never changed or deleted.
- At the end of a transaction each thing has an open period that agrees with its own row.
"""

from django.db import migrations

THINGS = {
    "device": "holder_id, status, department_id",
    "line": "holder_id, status, department_id",
    "sim": "device_id, line_id, retired",
    "accessory": "holder_id, department_id, retired",
}

CHAIN = """
ALTER TABLE inventory_custodyperiod
    ADD CONSTRAINT inventory_custody_end_once UNIQUE (thing_id, position, until),
    ADD CONSTRAINT inventory_custody_chained FOREIGN KEY (thing_id, before, since)
        REFERENCES inventory_custodyperiod (thing_id, position, until);

CREATE FUNCTION inventory_custody_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.until IS NULL AND NEW.until IS NOT NULL THEN
        OLD.until := NEW.until;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'A period of custody is closed once and otherwise stays as it was written'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'inventory_custody_kept';
END;
$$;
CREATE TRIGGER inventory_custody_kept BEFORE UPDATE OR DELETE ON inventory_custodyperiod
    FOR EACH ROW EXECUTE FUNCTION inventory_custody_kept();
"""

AGREES = """
CREATE FUNCTION inventory_custody_agrees() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    thing uuid;
    kind text := TG_ARGV[0];
    named text;
    due record;
    kept record;
BEGIN
    IF kind = 'period' THEN
        thing := NEW.thing_id;
        kind := CASE WHEN NEW.device_id IS NOT NULL THEN 'device'
                     WHEN NEW.line_id IS NOT NULL THEN 'line'
                     WHEN NEW.sim_id IS NOT NULL THEN 'sim' ELSE 'accessory' END;
    ELSE
        thing := NEW.id;
    END IF;
    IF kind = 'device' THEN
        SELECT (CASE status WHEN 'in_stock' THEN 'stock' WHEN 'assigned' THEN 'person'
                    WHEN 'in_repair' THEN 'repair' WHEN 'retired' THEN 'disposed'
                    ELSE status END)::text AS custodian,
               holder_id, department_id, NULL::uuid AS in_device, NULL::uuid AS in_line, asset_tag::text AS name
          INTO due FROM inventory_device WHERE id = thing;
    ELSIF kind = 'line' THEN
        SELECT (CASE WHEN status IN ('cancelled', 'ported') THEN 'disposed'
                    WHEN status = 'ordered' THEN 'carrier'
                    WHEN holder_id IS NULL THEN 'department' ELSE 'person' END)::text AS custodian,
               holder_id, department_id, NULL::uuid AS in_device, NULL::uuid AS in_line, number::text AS name
          INTO due FROM inventory_line WHERE id = thing;
    ELSIF kind = 'sim' THEN
        SELECT (CASE WHEN retired THEN 'disposed' WHEN device_id IS NOT NULL THEN 'device'
                    WHEN line_id IS NOT NULL THEN 'line' ELSE 'stock' END)::text AS custodian,
               NULL::uuid AS holder_id, NULL::uuid AS department_id,
               device_id AS in_device, line_id AS in_line, iccid::text AS name
          INTO due FROM inventory_sim WHERE id = thing;
    ELSE
        SELECT (CASE WHEN retired THEN 'disposed' WHEN holder_id IS NULL THEN 'stock'
                    ELSE 'person' END)::text AS custodian,
               holder_id, department_id, NULL::uuid AS in_device, NULL::uuid AS in_line, asset_tag::text AS name
          INTO due FROM inventory_accessory WHERE id = thing;
    END IF;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    named := due.name;
    SELECT custodian::text AS custodian, person_id, department_id, in_device_id, in_line_id
      INTO kept FROM inventory_custodyperiod WHERE thing_id = thing AND until IS NULL;
    IF NOT FOUND OR (kept.custodian, kept.person_id, kept.department_id, kept.in_device_id,
            kept.in_line_id) IS DISTINCT FROM (due.custodian, due.holder_id,
            due.department_id, due.in_device, due.in_line) THEN
        RAISE EXCEPTION 'The custody of % % does not agree with its row', kind, named
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'inventory_custody_agrees',
                  HINT = 'Move it by an action of the inventory; in a test, by tests.factories.custody.keep.';
    END IF;
    RETURN NULL;
END;
$$;
CREATE CONSTRAINT TRIGGER inventory_custody_agrees
    AFTER INSERT OR UPDATE ON inventory_custodyperiod DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION inventory_custody_agrees('period');
"""

ON_THINGS = "\n".join(
    f"""
CREATE CONSTRAINT TRIGGER inventory_{kind}_in_custody
    AFTER INSERT OR UPDATE OF {columns} ON inventory_{kind} DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION inventory_custody_agrees('{kind}');"""
    for kind, columns in THINGS.items()
)

BACKWARD = (
    "\n".join(f"DROP TRIGGER inventory_{kind}_in_custody ON inventory_{kind};" for kind in THINGS)
    + """
DROP TRIGGER inventory_custody_agrees ON inventory_custodyperiod;
DROP FUNCTION inventory_custody_agrees();
DROP TRIGGER inventory_custody_kept ON inventory_custodyperiod;
DROP FUNCTION inventory_custody_kept();
ALTER TABLE inventory_custodyperiod
    DROP CONSTRAINT inventory_custody_chained,
    DROP CONSTRAINT inventory_custody_end_once;
"""
)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0006_custody_from_the_ledger")]

    operations = [migrations.RunSQL(CHAIN + AGREES + ON_THINGS, BACKWARD)]
