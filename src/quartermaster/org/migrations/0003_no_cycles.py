"""Back the rule that supervision and departments have no cycles.

The check takes a lock first, so that of two transactions that together would close a ring the
second waits, and then sees what the first has written.
"""

from django.db import migrations

LOCK = 0x4F52_4700  # as in quartermaster.org.actions.structure


def acyclic(table: str, column: str, name: str, what: str) -> migrations.RunSQL:
    forward = f"""
CREATE FUNCTION {name}_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    here uuid;
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK});
    WITH RECURSIVE above(id, next) AS (
        SELECT t.id, t.{column} FROM {table} t WHERE t.id = NEW.id
        UNION
        SELECT t.id, t.{column} FROM {table} t JOIN above a ON t.id = a.next
    )
    SELECT a.id INTO here FROM above a WHERE a.next = NEW.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '{what} would go round by way of %', here
            USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
    END IF;
    RETURN NULL;
END;
$$;
CREATE CONSTRAINT TRIGGER {name}
    AFTER INSERT OR UPDATE OF {column} ON {table}
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (NEW.{column} IS NOT NULL)
    EXECUTE FUNCTION {name}_check();
"""
    backward = f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}_check();"
    return migrations.RunSQL(forward, backward)


class Migration(migrations.Migration):
    dependencies = [("org", "0002_accounts_and_standing")]

    operations = [
        acyclic("org_person", "supervisor_id", "org_person_supervision_acyclic", "Supervision"),
        acyclic("org_department", "parent_id", "org_department_parts_acyclic", "Departments"),
    ]
