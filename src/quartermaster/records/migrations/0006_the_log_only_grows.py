"""Back, in the database itself, that the log only grows; and log what was saved before it began."""

import hashlib
import json

from django.db import migrations

GROWS = """
CREATE FUNCTION records_log_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'The log of the archive only grows.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_log_grows';
    END IF;
    IF NEW.index <> (SELECT coalesce(max(e.index) + 1, 0) FROM records_logentry e) THEN
        RAISE EXCEPTION 'A line of the log is added at its end.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_log_at_its_end';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER records_log_grows
    BEFORE INSERT OR UPDATE OR DELETE ON records_logentry
    FOR EACH ROW EXECUTE FUNCTION records_log_grows();
CREATE TRIGGER records_log_node_written_once
    BEFORE UPDATE OR DELETE ON records_lognode
    FOR EACH ROW EXECUTE FUNCTION records_written_once();
CREATE TRIGGER records_checkpoint_written_once
    BEFORE UPDATE OR DELETE ON records_signedcheckpoint
    FOR EACH ROW EXECUTE FUNCTION records_written_once();
"""
GROWS_NOT = """
DROP TRIGGER records_checkpoint_written_once ON records_signedcheckpoint;
DROP TRIGGER records_log_node_written_once ON records_lognode;
DROP TRIGGER records_log_grows ON records_logentry;
DROP FUNCTION records_log_grows();
"""


def log_earlier_ones(apps, _editor):
    """Records that were saved before there was a log, in the order of their numbers."""
    record, entry, node = (
        apps.get_model("records", name) for name in ("Record", "LogEntry", "LogNode")
    )
    item = apps.get_model("records", "RecordItem")
    kept = {}
    for index, row in enumerate(record.objects.order_by("number").iterator()):
        items = item.objects.filter(record=row).order_by("position")
        files = list(items.values_list("digest", flat=True))
        said = {"digest": row.digest, "files": files, "number": row.number}
        leaf = json.dumps(said, sort_keys=True, separators=(",", ":"))
        entry.objects.create(index=index, record=row, leaf=leaf, added_at=row.saved_at)
        level, place = 0, index
        found = hashlib.sha256(b"\x00" + leaf.encode()).digest()
        kept[level, place] = found
        while place & 1:
            found = hashlib.sha256(b"\x01" + kept[level, place - 1] + found).digest()
            level, place = level + 1, place >> 1
            kept[level, place] = found
    node.objects.bulk_create(
        node(level=level, place=place, hash=found) for (level, place), found in kept.items()
    )


class Migration(migrations.Migration):
    dependencies = [("records", "0005_log_of_the_archive")]

    operations = [
        migrations.RunSQL(GROWS, GROWS_NOT),
        migrations.RunPython(log_earlier_ones, migrations.RunPython.noop),
    ]
