"""What was said of refused rows of call detail loses its words: only the form stays (G-9)."""

from django.db import migrations

_FORM = "regexp_replace(regexp_replace({0}, '[0-9]', '0', 'g'), '[[:alpha:]]', 'a', 'g')"
_QUOTED = "substring(reason from '“(.*)”')"
MASK = f"""
UPDATE usage_refusedrow
   SET reason = left(replace(reason, '“' || {_QUOTED} || '”',
                             'written like “' || {_FORM.format(_QUOTED)} || '”'), 300)
 WHERE family IN ('voice', 'message', 'data') AND reason LIKE 'No %“_%”%';
"""


class Migration(migrations.Migration):
    dependencies = [("usage", "0007_kept_by_the_schedule_alone")]

    operations = [migrations.RunSQL(MASK, migrations.RunSQL.noop)]
