"""No path gives a person a second cellular device without an authorisation on record (G-8).

Nor a device that is kept for somebody else. The rules say so first, with a better sentence; this
stands behind them for imports, shells and mistakes. Counted are the City's devices with a live line
in them, without what is lent out of the pool. The person's row is locked, so that of two hand-outs
at once the second sees the first.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION lifecycle_require_authorised(who uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    too_many bigint;
    called varchar;
BEGIN
    SELECT p.given_name || ' ' || p.family_name INTO called
        FROM org_person p JOIN org_department d ON d.id = p.department_id
        WHERE p.id = who AND d.coverage = 'covered'
        FOR NO KEY UPDATE OF p;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT coalesce(sum(greatest(0, held.many - coalesce(allowed.many, 0))), 0) INTO too_many
    FROM (
        SELECT v.device_class, count(*) AS many FROM inventory_device v
        WHERE v.holder_id = who AND v.status = 'assigned' AND v.ownership = 'city'
          AND EXISTS (
              SELECT 1 FROM inventory_sim s JOIN inventory_line l ON l.id = s.line_id
              WHERE s.device_id = v.id AND NOT s.retired
                AND l.status IN ('ordered', 'active', 'suspended'))
          AND NOT EXISTS (
              SELECT 1 FROM lifecycle_loan o JOIN lifecycle_poolhotspot h ON h.id = o.hotspot_id
              WHERE h.device_id = v.id AND o.person_id = who AND o.state IN ('lent', 'overdue'))
        GROUP BY v.device_class
    ) held LEFT JOIN (
        SELECT a.device_class, count(*) AS many FROM lifecycle_seconddevice a
        WHERE a.person_id = who AND a.ended_at IS NULL
        GROUP BY a.device_class
    ) allowed ON allowed.device_class = held.device_class;
    IF too_many > 1 THEN
        RAISE EXCEPTION '% would hold a second cellular device, and no authorisation of it is on record', called
            USING ERRCODE = 'check_violation', CONSTRAINT = 'guard_second_cellular_device';
    END IF;
END;
$$;

CREATE FUNCTION lifecycle_device_handed_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lifecycle_require_authorised(NEW.holder_id);
    IF EXISTS (
        SELECT 1 FROM lifecycle_reservation r
        JOIN lifecycle_requestitem i ON i.id = r.item_id
        JOIN lifecycle_request q ON q.id = i.request_id
        WHERE r.device_id = NEW.id AND r.ended_at IS NULL AND q.person_id <> NEW.holder_id
    ) THEN
        RAISE EXCEPTION 'The device % is kept for somebody else', NEW.asset_tag
            USING ERRCODE = 'check_violation', CONSTRAINT = 'guard_reserved_device';
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER lifecycle_device_handed_out
    AFTER INSERT OR UPDATE OF holder_id, status, ownership, device_class ON inventory_device
    FOR EACH ROW WHEN (
        NEW.holder_id IS NOT NULL AND NEW.status = 'assigned' AND NEW.ownership = 'city')
    EXECUTE FUNCTION lifecycle_device_handed_out();

CREATE FUNCTION lifecycle_sim_put_in() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    who uuid;
BEGIN
    SELECT holder_id INTO who FROM inventory_device
        WHERE id = NEW.device_id AND status = 'assigned' AND ownership = 'city';
    IF who IS NOT NULL THEN
        PERFORM lifecycle_require_authorised(who);
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER lifecycle_sim_put_in
    AFTER INSERT OR UPDATE OF device_id, line_id, retired ON inventory_sim
    FOR EACH ROW WHEN (
        NEW.device_id IS NOT NULL AND NEW.line_id IS NOT NULL AND NOT NEW.retired)
    EXECUTE FUNCTION lifecycle_sim_put_in();
"""
BACKWARD = """
DROP TRIGGER lifecycle_sim_put_in ON inventory_sim;
DROP FUNCTION lifecycle_sim_put_in();
DROP TRIGGER lifecycle_device_handed_out ON inventory_device;
DROP FUNCTION lifecycle_device_handed_out();
DROP FUNCTION lifecycle_require_authorised(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0005_personal_devices_that_left")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
