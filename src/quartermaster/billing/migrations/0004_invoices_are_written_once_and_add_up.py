"""What an invoice says is written once, in one act, and adds up to the cent."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION billing_guard_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lines_count bigint;
    lines_sum numeric;
    charges_sum numeric;
    odd text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.sealed THEN
            RAISE EXCEPTION 'An invoice is sealed after its lines are written.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'An invoice is never deleted.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (to_jsonb(NEW) - 'sealed' - 'superseded_at')
       IS DISTINCT FROM (to_jsonb(OLD) - 'sealed' - 'superseded_at')
       OR (OLD.sealed AND NOT NEW.sealed)
       OR (OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS DISTINCT FROM OLD.superseded_at)
    THEN
        RAISE EXCEPTION 'An invoice is written once.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.sealed AND NOT OLD.sealed THEN
        SELECT count(*), coalesce(sum(total_cents), 0) INTO lines_count, lines_sum
            FROM billing_invoiceline WHERE invoice_id = NEW.id;
        SELECT coalesce(sum(cents), 0) INTO charges_sum
            FROM billing_invoicecharge WHERE invoice_id = NEW.id;
        IF lines_count <> NEW.line_count OR charges_sum <> NEW.read_cents THEN
            RAISE EXCEPTION 'The charges do not add up to the invoice.'
                USING ERRCODE = 'check_violation';
        END IF;
        SELECT l.number INTO odd FROM billing_invoiceline l
            LEFT JOIN billing_invoicecharge c ON c.line_id = l.id
            WHERE l.invoice_id = NEW.id
            GROUP BY l.id HAVING coalesce(sum(c.cents), 0) <> l.total_cents LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'The charges of % do not add up to its total.', odd
                USING ERRCODE = 'check_violation';
        END IF;
        PERFORM 1 FROM billing_invoicecharge c JOIN billing_invoiceline l ON l.id = c.line_id
            WHERE c.invoice_id = NEW.id AND l.invoice_id <> NEW.id;
        IF FOUND THEN
            RAISE EXCEPTION 'A charge is of a line of another invoice.'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_invoice_guard BEFORE INSERT OR UPDATE OR DELETE ON billing_invoice
    FOR EACH ROW EXECUTE FUNCTION billing_guard_invoice();

CREATE FUNCTION billing_guard_sealing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM billing_invoice WHERE id = NEW.id AND NOT sealed;
    IF FOUND THEN
        RAISE EXCEPTION 'An invoice is sealed in the act that writes it.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER billing_invoice_sealed AFTER INSERT ON billing_invoice
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_guard_sealing();

CREATE FUNCTION billing_guard_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM billing_invoice i WHERE i.sealed
        AND i.id IN (SELECT DISTINCT f.invoice_id FROM fresh f);
    IF FOUND THEN
        RAISE EXCEPTION 'A sealed invoice takes nothing more.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER billing_invoiceline_sealed AFTER INSERT ON billing_invoiceline
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION billing_guard_sealed();
CREATE TRIGGER billing_invoicecharge_sealed AFTER INSERT ON billing_invoicecharge
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION billing_guard_sealed();
CREATE TRIGGER billing_invoiceline_guard BEFORE UPDATE OR DELETE ON billing_invoiceline
    FOR EACH ROW EXECUTE FUNCTION billing_guard_written();
CREATE TRIGGER billing_invoicecharge_guard BEFORE UPDATE OR DELETE ON billing_invoicecharge
    FOR EACH ROW EXECUTE FUNCTION billing_guard_written();
"""
BACKWARD = """
DROP TRIGGER billing_invoicecharge_guard ON billing_invoicecharge;
DROP TRIGGER billing_invoiceline_guard ON billing_invoiceline;
DROP TRIGGER billing_invoicecharge_sealed ON billing_invoicecharge;
DROP TRIGGER billing_invoiceline_sealed ON billing_invoiceline;
DROP FUNCTION billing_guard_sealed();
DROP TRIGGER billing_invoice_sealed ON billing_invoice;
DROP FUNCTION billing_guard_sealing();
DROP TRIGGER billing_invoice_guard ON billing_invoice;
DROP FUNCTION billing_guard_invoice();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_invoices")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
