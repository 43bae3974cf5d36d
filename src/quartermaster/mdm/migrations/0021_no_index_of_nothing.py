"""Hardly a command destroys or is tried again: the two unique keys leave out those that name none.

Every change of a command wrote an entry into each of them, of nothing. What they allow is the same.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE mdm_command DROP CONSTRAINT mdm_command_target_id_key;
ALTER TABLE mdm_command DROP CONSTRAINT mdm_command_retry_of_id_key;
CREATE UNIQUE INDEX mdm_command_target_id_key ON mdm_command (target_id)
    WHERE target_id IS NOT NULL;
CREATE UNIQUE INDEX mdm_command_retry_of_id_key ON mdm_command (retry_of_id)
    WHERE retry_of_id IS NOT NULL;
"""
BACKWARD = """
DROP INDEX mdm_command_target_id_key;
DROP INDEX mdm_command_retry_of_id_key;
ALTER TABLE mdm_command ADD CONSTRAINT mdm_command_target_id_key UNIQUE (target_id);
ALTER TABLE mdm_command ADD CONSTRAINT mdm_command_retry_of_id_key UNIQUE (retry_of_id);
"""


class Migration(migrations.Migration):
    dependencies = [("mdm", "0020_lighter_command_queue")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
