"""What was said of carriers' files that were refused loses the cell that it quoted (G-9).

Such a sentence named the first row that could not be read; of call detail that may have been
whom somebody called. Only how the cell was written stays.
"""

from django.db import migrations

# up to the last closing mark; up to the end where the sentence was cut at its bound
_QUOTED = "coalesce(substring(said from '“(.*)”'), substring(said from '“(.*)$'))"
_FORM = "regexp_replace(regexp_replace({0}, '[0-9]', '0', 'g'), '[[:alpha:]]', 'a', 'g')"
MASK = f"""
UPDATE usage_carrierfile
   SET said = left(replace(said, '“' || {_QUOTED},
                           'written like “' || {_FORM.format(_QUOTED)}), 500)
 WHERE said LIKE '%“_%' AND said NOT LIKE '%written like “%'
   AND (said LIKE '%rows cannot be read, the first%' OR said LIKE '%” cannot be read.%'
        OR said LIKE '%has no day: “%');
"""


class Migration(migrations.Migration):
    dependencies = [("usage", "0008_reasons_say_the_form_alone")]

    operations = [migrations.RunSQL(MASK, migrations.RunSQL.noop)]
