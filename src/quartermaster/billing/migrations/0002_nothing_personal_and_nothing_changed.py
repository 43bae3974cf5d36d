"""No line for a person's own device; what was approved or came is fixed. Numbers' sequence."""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE billing_order_number;

CREATE FUNCTION billing_guard_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A line of an order is never deleted.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.for_device_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM inventory_device d
        WHERE d.id = NEW.for_device_id AND d.ownership <> 'city'
    ) THEN
        RAISE EXCEPTION 'No line is ordered for a personal device.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT state INTO standing FROM billing_order WHERE id = OLD.order_id;
        IF standing <> 'draft' AND
           (NEW.order_id, NEW.request_item_id, NEW.kind, NEW.item_id, NEW.plan_id, NEW.quantity,
            NEW.unit_cents, NEW.monthly_cents, NEW.account, NEW.department_id, NEW.for_device_id)
           IS DISTINCT FROM
           (OLD.order_id, OLD.request_item_id, OLD.kind, OLD.item_id, OLD.plan_id, OLD.quantity,
            OLD.unit_cents, OLD.monthly_cents, OLD.account, OLD.department_id, OLD.for_device_id)
        THEN
            RAISE EXCEPTION 'What was approved is never changed.'
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_orderline_guard BEFORE INSERT OR UPDATE OR DELETE ON billing_orderline
    FOR EACH ROW EXECUTE FUNCTION billing_guard_line();

CREATE FUNCTION billing_guard_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'This is written once.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER billing_piece_guard BEFORE UPDATE OR DELETE ON billing_piece
    FOR EACH ROW EXECUTE FUNCTION billing_guard_written();
CREATE TRIGGER billing_rate_guard BEFORE UPDATE OR DELETE ON billing_rate
    FOR EACH ROW EXECUTE FUNCTION billing_guard_written();
"""
BACKWARD = """
DROP TRIGGER billing_rate_guard ON billing_rate;
DROP TRIGGER billing_piece_guard ON billing_piece;
DROP FUNCTION billing_guard_written();
DROP TRIGGER billing_orderline_guard ON billing_orderline;
DROP FUNCTION billing_guard_line();
DROP SEQUENCE billing_order_number;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_contracts_and_orders")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
