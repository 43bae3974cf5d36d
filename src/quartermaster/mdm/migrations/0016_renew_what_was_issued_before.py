"""Certificates that were issued before renewal was known are renewed in their time, too."""

from django.db import migrations

# between 30 % of their life and 60 days before their end, spread by chance
FORWARD = """
UPDATE mdm_certificate
SET renew_at = LEAST(
    expires_at - (expires_at - issued_at) * (0.2 + random() * 0.1),
    expires_at - LEAST(interval '60 days', (expires_at - issued_at) * 0.2)
)
WHERE renew_at IS NULL AND revoked_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("mdm", "0015_software_and_licences")]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
