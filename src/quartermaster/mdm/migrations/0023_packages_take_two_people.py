"""A package goes to no device before a second person stood for it; then it stays what it is."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

STAYS = """
CREATE FUNCTION mdm_package_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.approved_at IS NOT NULL
       AND ROW(NEW.software_id, NEW.version, NEW.platforms, NEW.file_id, NEW.chunk_size,
               NEW.chunk_hashes, NEW.adder_id, NEW.approver_id, NEW.approved_at)
       IS DISTINCT FROM
           ROW(OLD.software_id, OLD.version, OLD.platforms, OLD.file_id, OLD.chunk_size,
               OLD.chunk_hashes, OLD.adder_id, OLD.approver_id, OLD.approved_at) THEN
        RAISE EXCEPTION 'A package is not changed after two people stood for it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mdm_package_stays';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER mdm_package_stays BEFORE UPDATE ON mdm_softwarepackage
    FOR EACH ROW EXECUTE FUNCTION mdm_package_stays();
"""
MAY_CHANGE = """
DROP TRIGGER mdm_package_stays ON mdm_softwarepackage;
DROP FUNCTION mdm_package_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("mdm", "0022_enrolments_newest_first"),
        ("org", "0006_people_by_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="softwarepackage",
            name="adder",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.person",
            ),
        ),
        migrations.AddField(
            model_name="softwarepackage",
            name="approver",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.person",
            ),
        ),
        migrations.AddField(
            model_name="softwarepackage",
            name="approved_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="softwarepackage",
            name="sealed_proof",
            field=models.BinaryField(
                null=True, verbose_name="that the approver typed their password"
            ),
        ),
        migrations.AddConstraint(
            model_name="softwarepackage",
            constraint=models.CheckConstraint(
                condition=Q(approver=None, approved_at=None, sealed_proof=None)
                | (
                    Q(adder__isnull=False, approver__isnull=False, approved_at__isnull=False)
                    & Q(sealed_proof__isnull=False)
                    & ~Q(adder=F("approver"))
                ),
                name="mdm_package_by_two_people",
            ),
        ),
        migrations.RunSQL(STAYS, MAY_CHANGE),
    ]
