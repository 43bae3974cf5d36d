"""The demo's exports: one was chosen from, two wait for Ana with what is private in them."""

import pytest

from quartermaster.cli.demo.chapters import exports_of_messages
from quartermaster.cli.demo.records import ANA
from quartermaster.kernel.clock import now
from quartermaster.org.models import Person
from quartermaster.records import exports as queries
from quartermaster.records.models import Record, StagedExport

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]


def test_two_exports_wait_and_what_was_saved_of_one_is_shown_as_saved(cast):
    Person.objects.filter(pk=cast.ana.pk).update(number=ANA)
    exports_of_messages.tell(now())
    record = Record.objects.get()
    assert record.about == "Shut-off valve on Elm Street"
    assert record.items.count() == 2
    found = {}
    for export in StagedExport.objects.all():
        key = queries.key_of(export)
        for thread in export.threads.all():
            whole = queries.conversation_of(thread, key)
            saved = queries.saved_of(whole, cast.ana.pk)
            found[whole.title] = (len(whole.messages), sum(map(bool, saved)))
    assert found == {"Pipe Works": (9, 4), "Sue Okafor": (3, 0), "Mother": (2, 0)}
