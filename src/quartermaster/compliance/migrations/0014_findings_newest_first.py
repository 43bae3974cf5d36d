"""The list of findings begins with the newest, of those not settled and of all."""

import quartermaster.compliance.rules.findings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0013_findings_against_departments'),
        ('inventory', '0009_counts_confirmations_photographs'),
        ('org', '0006_people_by_name'),
        ('policy', '0003_text_in_force_is_fixed'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('state__in', [quartermaster.compliance.rules.findings.FindingState['NOTICED'], quartermaster.compliance.rules.findings.FindingState['OPEN'], quartermaster.compliance.rules.findings.FindingState['OVERDUE']])), fields=['-opened_at'], name='compliance_finding_live_newest'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(fields=['-opened_at'], name='compliance_finding_newest'),
        ),
    ]
