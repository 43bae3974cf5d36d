"""Back, in the database itself, that no rule acts by one person's wish, nor before its time.

What no constraint can say, because it looks at several rows: versions and approvals are written
once; nobody approves their own; a rule is on only by a version that was approved; an act follows
an approved version and is on a finding whose holder was told and whose time is over.
"""

from django.db import migrations

VERSIONS = """
CREATE TRIGGER compliance_version_guard BEFORE UPDATE OR DELETE ON compliance_ruleversion
    FOR EACH ROW EXECUTE FUNCTION compliance_guard_written();
"""

APPROVALS = """
CREATE FUNCTION compliance_rule_approval_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' OR NOT EXISTS (
        SELECT 1 FROM compliance_ruleversion v
        WHERE v.id = NEW.version_id AND v.digest = NEW.digest AND v.author_id <> NEW.approver_id
          AND NEW.approved_at BETWEEN NEW.proved_at AND NEW.proved_at + interval '5 minutes'
    ) THEN
        RAISE EXCEPTION 'A rule is approved once, by another person than its author.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_rule_takes_two';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER compliance_rule_approval_check
    BEFORE INSERT OR UPDATE OR DELETE ON compliance_ruleapproval
    FOR EACH ROW EXECUTE FUNCTION compliance_rule_approval_check();
"""

RULES = """
CREATE FUNCTION compliance_rule_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A rule stays on record.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_rule_stays';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'proposal' THEN
            RAISE EXCEPTION 'A rule begins as a proposal.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_rule_begins';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('proposal', 'trial'), ('trial', 'on'), ('on', 'stopped'), ('stopped', 'on'),
        ('on', 'trial'), ('stopped', 'trial'), ('proposal', 'retired'), ('trial', 'retired'),
        ('on', 'retired'), ('stopped', 'retired')) THEN
        RAISE EXCEPTION 'A rule does not go from % to %.', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_rule_moves';
    END IF;
    IF OLD.current_id IS DISTINCT FROM NEW.current_id AND NOT (
        NEW.state IN ('proposal', 'trial') AND EXISTS (
            SELECT 1 FROM compliance_ruleversion v
            WHERE v.id = NEW.current_id AND v.rule_id = NEW.id)) THEN
        RAISE EXCEPTION 'A changed rule is tried first.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_rule_changed_is_tried';
    END IF;
    IF NEW.state IN ('on', 'stopped') AND NOT EXISTS (
        SELECT 1 FROM compliance_ruleapproval a
        JOIN compliance_ruleversion v ON v.id = a.version_id
        WHERE v.id = NEW.current_id AND a.digest = v.digest AND a.approver_id <> v.author_id
    ) THEN
        RAISE EXCEPTION 'No second person approved this rule.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_rule_takes_two';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER compliance_rule_check
    BEFORE INSERT OR UPDATE OR DELETE ON compliance_actionrule
    FOR EACH ROW EXECUTE FUNCTION compliance_rule_check();
"""

ACTS = """
CREATE FUNCTION compliance_act_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'An automatic act stays on record.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_act_stays';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state NOT IN ('dry', 'due') OR NOT EXISTS (
            SELECT 1 FROM compliance_ruleversion v
            LEFT JOIN compliance_ruleapproval a ON a.version_id = v.id
            WHERE v.id = NEW.version_id AND v.rule_id = NEW.rule_id AND v.action = NEW.action
              AND (NEW.state = 'dry' OR a.approver_id <> v.author_id)
        ) THEN
            RAISE EXCEPTION 'An act follows a version that a second person approved.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_act_follows_a_rule';
        END IF;
        IF NOT EXISTS (
            SELECT 1 FROM compliance_finding f
            JOIN inventory_device d ON d.id = f.device_id
            WHERE f.id = NEW.finding_id AND f.device_id = NEW.device_id
              AND NEW.personal = (d.ownership = 'personal')
              AND f.holder_id IS NOT NULL AND f.noticed_at <= NEW.made_at
              AND CASE WHEN NEW.at_once THEN f.severity = 'serious'
                       ELSE f.cure_until <= NEW.made_at END
        ) THEN
            RAISE EXCEPTION 'No act before its holder was told and the time to cure is over.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_act_after_the_notice';
        END IF;
        RETURN NEW;
    END IF;
    IF ROW(NEW.rule_id, NEW.version_id, NEW.finding_id, NEW.device_id, NEW.action, NEW.personal,
           NEW.at_once, NEW.delivered_at, NEW.ripe_at, NEW.made_at)
       IS DISTINCT FROM
       ROW(OLD.rule_id, OLD.version_id, OLD.finding_id, OLD.device_id, OLD.action, OLD.personal,
           OLD.at_once, OLD.delivered_at, OLD.ripe_at, OLD.made_at)
       OR (OLD.acted_at IS NOT NULL AND NEW.acted_at IS DISTINCT FROM OLD.acted_at) THEN
        RAISE EXCEPTION 'What an automatic act rests on is never changed.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_act_unchanged';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('due', 'done'), ('due', 'proposed'), ('due', 'passed'), ('proposed', 'passed'),
        ('proposed', 'asked'), ('asked', 'done'), ('proposed', 'declined'), ('asked', 'declined'),
        ('done', 'lifted')) THEN
        RAISE EXCEPTION 'An automatic act does not go from % to %.', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_act_moves';
    END IF;
    IF NEW.action IN ('removal', 'wipe') AND NEW.state IN ('asked', 'done')
       AND NEW.request_id IS NULL THEN
        RAISE EXCEPTION 'No rule destroys: two people ask for it and approve it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_act_takes_two';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER compliance_act_check
    BEFORE INSERT OR UPDATE OR DELETE ON compliance_automaticact
    FOR EACH ROW EXECUTE FUNCTION compliance_act_check();
"""

RESTRICTIONS = """
CREATE FUNCTION compliance_restriction_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A restriction stays on record.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_restriction_stays';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.act_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM compliance_automaticact a WHERE a.id = NEW.act_id
               AND a.device_id = NEW.device_id AND a.action = 'restrict' AND a.state = 'done') THEN
            RAISE EXCEPTION 'A restriction by a rule has its act.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_restriction_has_its_act';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.lifted_at IS NOT NULL
       OR ROW(NEW.device_id, NEW.act_id, NEW.placed_by_id, NEW.placed_at, NEW.reason)
          IS DISTINCT FROM
          ROW(OLD.device_id, OLD.act_id, OLD.placed_by_id, OLD.placed_at, OLD.reason) THEN
        RAISE EXCEPTION 'A restriction is lifted once, and otherwise stays as it is.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_restriction_unchanged';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER compliance_restriction_check
    BEFORE INSERT OR UPDATE OR DELETE ON compliance_restriction
    FOR EACH ROW EXECUTE FUNCTION compliance_restriction_check();
"""


def backward(table: str, name: str) -> str:
    return f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();"


class Migration(migrations.Migration):
    dependencies = [("compliance", "0005_automatic_action")]

    operations = [
        migrations.RunSQL(
            VERSIONS, "DROP TRIGGER compliance_version_guard ON compliance_ruleversion;"
        ),
        migrations.RunSQL(
            APPROVALS, backward("compliance_ruleapproval", "compliance_rule_approval_check")
        ),
        migrations.RunSQL(RULES, backward("compliance_actionrule", "compliance_rule_check")),
        migrations.RunSQL(ACTS, backward("compliance_automaticact", "compliance_act_check")),
        migrations.RunSQL(
            RESTRICTIONS, backward("compliance_restriction", "compliance_restriction_check")
        ),
    ]
