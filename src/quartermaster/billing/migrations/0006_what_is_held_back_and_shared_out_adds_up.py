"""What is personal is never paid; shares and credits add up; what was posted stays."""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE billing_dispute_number;

CREATE FUNCTION billing_guard_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    total bigint;
    own bigint;
BEGIN
    SELECT read_cents INTO total FROM billing_invoice
        WHERE id = NEW.invoice_id AND sealed AND superseded_at IS NULL FOR UPDATE;
    IF NOT FOUND OR total <> NEW.total_cents THEN
        RAISE EXCEPTION 'An approval is of an invoice in force and of its total.'
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT coalesce(sum(greatest(l.total_cents, 0)), 0) INTO own
        FROM billing_invoiceline l
        WHERE l.invoice_id = NEW.invoice_id AND EXISTS (
            SELECT 1 FROM billing_personalnumber p
            WHERE p.number = l.number AND p.ended_at IS NULL);
    IF own <> NEW.personal_cents THEN
        RAISE EXCEPTION 'What a personal number costs is never paid by the City.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_approval_guard BEFORE INSERT ON billing_invoiceapproval
    FOR EACH ROW EXECUTE FUNCTION billing_guard_approval();
CREATE TRIGGER billing_approval_written BEFORE UPDATE OR DELETE ON billing_invoiceapproval
    FOR EACH ROW EXECUTE FUNCTION billing_guard_written();

CREATE FUNCTION billing_guard_allocation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    total bigint;
    shared numeric;
    odd text;
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (
        (to_jsonb(NEW) - 'sealed' - 'superseded_at')
            IS DISTINCT FROM (to_jsonb(OLD) - 'sealed' - 'superseded_at')
        OR (OLD.sealed AND NOT NEW.sealed)))
    THEN
        RAISE EXCEPTION 'An allocation is written once.' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT read_cents INTO total FROM billing_invoice WHERE id = NEW.invoice_id;
    IF TG_OP = 'INSERT' THEN
        IF NEW.sealed OR NEW.total_cents <> total THEN
            RAISE EXCEPTION 'An allocation is of the whole invoice, and sealed afterwards.'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.sealed AND NOT OLD.sealed THEN
        SELECT coalesce(sum(cents), 0) INTO shared FROM billing_share
            WHERE allocation_id = NEW.id;
        IF shared <> total THEN
            RAISE EXCEPTION 'The shares do not add up to the invoice.'
                USING ERRCODE = 'check_violation';
        END IF;
        SELECT l.number INTO odd FROM billing_invoiceline l
            LEFT JOIN billing_share s ON s.line_id = l.id AND s.allocation_id = NEW.id
            WHERE l.invoice_id = NEW.invoice_id
            GROUP BY l.id HAVING coalesce(sum(s.cents), 0) <> l.total_cents LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'The shares of % do not add up to its total.', odd
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_allocation_guard BEFORE INSERT OR UPDATE OR DELETE ON billing_allocation
    FOR EACH ROW EXECUTE FUNCTION billing_guard_allocation();
CREATE FUNCTION billing_guard_allocation_sealing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM billing_allocation WHERE id = NEW.id AND NOT sealed;
    IF FOUND THEN
        RAISE EXCEPTION 'An allocation is sealed in the act that writes it.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER billing_allocation_sealed AFTER INSERT ON billing_allocation
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION billing_guard_allocation_sealing();
CREATE FUNCTION billing_guard_shares() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM billing_allocation a WHERE a.sealed
        AND a.id IN (SELECT DISTINCT f.allocation_id FROM fresh f);
    IF FOUND THEN
        RAISE EXCEPTION 'A sealed allocation takes nothing more.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER billing_share_sealed AFTER INSERT ON billing_share
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION billing_guard_shares();
CREATE TRIGGER billing_share_guard BEFORE UPDATE OR DELETE ON billing_share
    FOR EACH ROW EXECUTE FUNCTION billing_guard_written();

CREATE FUNCTION billing_guard_credit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given bigint;
    asked bigint;
BEGIN
    SELECT -cents INTO given FROM billing_invoicecharge WHERE id = NEW.charge_id FOR UPDATE;
    SELECT cents INTO asked FROM billing_disputeitem WHERE id = NEW.item_id FOR UPDATE;
    IF (SELECT sum(cents) FROM billing_disputecredit WHERE charge_id = NEW.charge_id) > given THEN
        RAISE EXCEPTION 'A credit is put to more than it is.' USING ERRCODE = 'check_violation';
    END IF;
    IF (SELECT sum(cents) FROM billing_disputecredit WHERE item_id = NEW.item_id) > asked THEN
        RAISE EXCEPTION 'More is credited than was asked back.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER billing_credit_guard AFTER INSERT OR UPDATE ON billing_disputecredit
    FOR EACH ROW EXECUTE FUNCTION billing_guard_credit();

CREATE TRIGGER billing_period_guard BEFORE UPDATE OR DELETE ON billing_billingperiod
    FOR EACH ROW EXECUTE FUNCTION billing_guard_written();
CREATE TRIGGER billing_posting_guard BEFORE UPDATE OR DELETE ON billing_posting
    FOR EACH ROW EXECUTE FUNCTION billing_guard_written();
"""
BACKWARD = """
DROP TRIGGER billing_posting_guard ON billing_posting;
DROP TRIGGER billing_period_guard ON billing_billingperiod;
DROP TRIGGER billing_credit_guard ON billing_disputecredit;
DROP FUNCTION billing_guard_credit();
DROP TRIGGER billing_share_guard ON billing_share;
DROP TRIGGER billing_share_sealed ON billing_share;
DROP FUNCTION billing_guard_shares();
DROP TRIGGER billing_allocation_sealed ON billing_allocation;
DROP FUNCTION billing_guard_allocation_sealing();
DROP TRIGGER billing_allocation_guard ON billing_allocation;
DROP FUNCTION billing_guard_allocation();
DROP TRIGGER billing_approval_written ON billing_invoiceapproval;
DROP TRIGGER billing_approval_guard ON billing_invoiceapproval;
DROP FUNCTION billing_guard_approval();
DROP SEQUENCE billing_dispute_number;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_findings_disputes_and_shares")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
