"""What was asked and decided about usage detail is not rewritten; a look is written once."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION usage_guard_detail_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A request for usage detail is never deleted.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.person_id, NEW.asked_by_id, NEW.since_on, NEW.until_on, NEW.category, NEW.reason,
        NEW.asked_at)
       IS DISTINCT FROM
       (OLD.person_id, OLD.asked_by_id, OLD.since_on, OLD.until_on, OLD.category, OLD.reason,
        OLD.asked_at) THEN
        RAISE EXCEPTION 'What was asked is never changed.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.decided_at IS NOT NULL AND
       (NEW.decided_by_id, NEW.decided_at, NEW.expires_at, NEW.quiet_until, NEW.quiet_by_id)
       IS DISTINCT FROM
       (OLD.decided_by_id, OLD.decided_at, OLD.expires_at, OLD.quiet_until, OLD.quiet_by_id) THEN
        RAISE EXCEPTION 'What was decided is never changed.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER usage_detailrequest_guard BEFORE UPDATE OR DELETE ON usage_detailrequest
    FOR EACH ROW EXECUTE FUNCTION usage_guard_detail_request();

CREATE FUNCTION usage_guard_look() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A look is written once.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER usage_detaillook_guard BEFORE UPDATE OR DELETE ON usage_detaillook
    FOR EACH ROW EXECUTE FUNCTION usage_guard_look();
"""
BACKWARD = """
DROP TRIGGER usage_detaillook_guard ON usage_detaillook;
DROP FUNCTION usage_guard_look();
DROP TRIGGER usage_detailrequest_guard ON usage_detailrequest;
DROP FUNCTION usage_guard_detail_request();
"""


class Migration(migrations.Migration):
    dependencies = [("usage", "0005_detail_requests")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
