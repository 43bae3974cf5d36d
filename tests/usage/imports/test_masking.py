"""What old releases said of refused files loses the cell that it quoted (G-9)."""

from importlib import import_module

import pytest
from django.db import connection

from quartermaster.usage.models import CarrierFile
from tests.factories import imports as make

migration = import_module("quartermaster.usage.migrations.0009_files_say_the_form_alone")
PARTY = "414-555-0143"
ODD = " The file is not what its headings say."
FIRST = "voice.txt: 9 of 9 rows cannot be read, the first because: No length:"


@pytest.mark.django_db
@pytest.mark.clause("G-9")
@pytest.mark.parametrize(
    ("said", "left"),
    [
        (f"{FIRST} “{PARTY}”.{ODD}", f"{FIRST} written like “000-000-0000”.{ODD}"),
        (f"{FIRST} “Jürgen ” Ö.”.{ODD}", f"{FIRST} written like “aaaaaa ” a.”.{ODD}"),
        (f"{FIRST} “{PARTY}", f"{FIRST} written like “000-000-0000"),
        (
            f"voice.txt: Account: “{PARTY}” cannot be read.",
            "voice.txt: Account: written like “000-000-0000” cannot be read.",
        ),
        (f"Segment 9 (DTM) has no day: “{PARTY}”.", None),
        (f"{FIRST} written like “aaaa”.{ODD}", "unchanged"),
        ("The nearest is “Voice detail” of Verizon, without 2 headings.", "unchanged"),
        ("The file has no rows in it.", "unchanged"),
    ],
)
def test_only_the_form_of_a_quoted_cell_stays(at, said, left):
    row = make.imported(b"no carrier's file", at)
    CarrierFile.objects.filter(pk=row.pk).update(said=said)

    with connection.cursor() as cursor:
        cursor.execute(migration.MASK)
        cursor.execute(migration.MASK)  # again changes nothing

    row.refresh_from_db()
    expected = {None: "Segment 9 (DTM) has no day: written like “000-000-0000”.", "unchanged": said}
    assert row.said == expected.get(left, left)
