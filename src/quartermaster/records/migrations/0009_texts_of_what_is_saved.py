"""What was saved before is read, too."""

from django.db import migrations

WAITING = """
INSERT INTO records_textwork (id, item_id, state, reason, due_at, attempts)
SELECT gen_random_uuid(), i.id, 'waiting', '', now(), 0
FROM records_recorditem i
WHERE i.record_id IS NOT NULL
ON CONFLICT (item_id) DO NOTHING;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0008_text_of_files")]

    operations = [migrations.RunSQL(WAITING, migrations.RunSQL.noop)]
