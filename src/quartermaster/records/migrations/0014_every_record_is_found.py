"""Have, in the database itself, an entry for each record, and mark it when its text changes.

The vectors lie apart from the rows (a low target), so that counting and trimming read few pages.
"""

from django.db import migrations

APART = """
ALTER TABLE records_searchentry SET (toast_tuple_target = 256);
ALTER TABLE records_searchentry ALTER COLUMN searched SET STORAGE EXTERNAL;
ALTER TABLE records_searchentry ALTER COLUMN searched SET DEFAULT ''::tsvector;
ALTER INDEX records_entry_searched SET (fastupdate = on, gin_pending_list_limit = 1024);
"""

ENTRIES = """
CREATE FUNCTION records_entry_make() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO records_searchentry
        (record_id, author_id, happened_on, source, origin, device_class, ownership, files, texts,
         partly, thread, stale, searched)
    SELECT NEW.id, NEW.author_id, NEW.happened_on, NEW.source, COALESCE(a.origin, ''),
           COALESCE(d.device_class, ''), COALESCE(d.ownership, ''), 0, 0, false, '', true, ''
    FROM (SELECT 1) one
    LEFT JOIN inventory_device d ON d.id = NEW.device_id
    LEFT JOIN records_announcement a ON a.id = NEW.announcement_id;
    RETURN NULL;
END;
$$;
CREATE TRIGGER records_entry_make
    AFTER INSERT ON records_record
    FOR EACH ROW EXECUTE FUNCTION records_entry_make();
INSERT INTO records_searchentry
    (record_id, author_id, happened_on, source, origin, device_class, ownership, files, texts,
     partly, thread, stale, searched)
SELECT r.id, r.author_id, r.happened_on, r.source, COALESCE(a.origin, ''),
       COALESCE(d.device_class, ''), COALESCE(d.ownership, ''), 0, 0, false, '', true, ''
FROM records_record r
LEFT JOIN inventory_device d ON d.id = r.device_id
LEFT JOIN records_announcement a ON a.id = r.announcement_id;
"""
NO_ENTRIES = """
DROP TRIGGER records_entry_make ON records_record;
DROP FUNCTION records_entry_make();
DELETE FROM records_searchentry;
"""

MARKS = """
CREATE FUNCTION records_entry_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE records_searchentry SET stale = true
    WHERE record_id = COALESCE(NEW.record_id, OLD.record_id) AND NOT stale;
    RETURN NULL;
END;
$$;
CREATE TRIGGER records_entry_mark
    AFTER INSERT OR UPDATE OR DELETE ON records_recordtext
    FOR EACH ROW EXECUTE FUNCTION records_entry_mark();
"""
NO_MARKS = """
DROP TRIGGER records_entry_mark ON records_recordtext;
DROP FUNCTION records_entry_mark();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0013_find_by_text")]

    operations = [
        migrations.RunSQL(APART, migrations.RunSQL.noop),
        migrations.RunSQL(ENTRIES, NO_ENTRIES),
        migrations.RunSQL(MARKS, NO_MARKS),
    ]
