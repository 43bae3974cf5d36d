"""What grows with the fleet is counted by the clock, for who asks every minute."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0004_what_no_page_counts'),
    ]

    operations = [
        migrations.CreateModel(
            name='HouseCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('figure', models.CharField(max_length=20)),
                ('key', models.CharField(blank=True, max_length=20)),
                ('number', models.PositiveBigIntegerField()),
                ('counted_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('figure', 'key'), name='reports_one_house_count_a_key')],
            },
        ),
    ]
