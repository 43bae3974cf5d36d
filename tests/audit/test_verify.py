"""The verifier finds every way to falsify the ledger, as a superuser could."""

import json

import pytest
from django.conf import settings
from django.db import connection

from quartermaster.audit import anchors, chain
from quartermaster.audit.models import Entry
from quartermaster.audit.verify import verify
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import system

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(at, tmp_path):
    for number in range(1, 6):
        with act(system("test"), at) as doing:
            doing.record_about("test.done", "thing", str(number), amount=number)
    anchors.write(tmp_path, settings.AUDIT_KEY, at)
    return tmp_path


def faults(folder):
    return [
        (fault.seq, fault.code) for fault in verify(key=settings.AUDIT_KEY, folder=folder).faults
    ]


def as_superuser(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # silences every trigger
        cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_untouched_ledger_is_sound(ledger):
    report = verify(key=settings.AUDIT_KEY, folder=ledger)
    assert (report.sound, report.entries, report.anchors) == (True, 5, 1)


def test_empty_ledger_is_sound(tmp_path):
    assert verify(key=settings.AUDIT_KEY, folder=tmp_path).sound


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("tag", "test.undone"),
        ("actor_label", "somebody else"),
        ("subject_id", "99"),
        ("data", json.dumps({"amount": 1000})),
        ("at", "2020-01-01T00:00:00Z"),
    ],
)
def test_altered_entry_is_found(ledger, column, value):
    as_superuser(f"UPDATE audit_entry SET {column} = %s WHERE seq = 3", value)
    assert faults(ledger) == [(3, "altered")]


def test_removed_entry_is_found(ledger):
    as_superuser("DELETE FROM audit_entry WHERE seq = 2")
    assert faults(ledger) == [(2, "missing")]


def test_cut_tail_is_found_by_the_anchor(ledger):
    as_superuser("DELETE FROM audit_entry WHERE seq > 3")
    assert faults(ledger) == [(5, "cut")]


def test_rechained_ledger_is_found_by_seals_and_anchor(ledger):
    previous = chain.GENESIS
    for entry in Entry.objects.order_by("seq"):
        draft = chain.Draft(entry.at, "forged", "x", None, "thing", "1", {})
        value = chain.digest(previous, entry.seq, draft)
        as_superuser(
            "UPDATE audit_entry SET tag='forged', actor_label='x', subject_id='1', data='{}',"
            " previous=%s, digest=%s WHERE seq=%s",
            previous,
            value,
            entry.seq,
        )
        previous = value
    assert faults(ledger) == [(seq, "false-seal") for seq in range(1, 6)] + [(5, "rewritten")]


def test_forged_anchor_is_found(ledger):
    path = anchors.path_in(ledger)
    line = json.loads(path.read_text())
    path.write_text(json.dumps(line | {"seq": 4}) + "\n")
    assert faults(ledger) == [(4, "false-anchor")]


def test_unreadable_anchors_are_found(ledger):
    anchors.path_in(ledger).write_text("not json\n")
    assert faults(ledger) == [(0, "anchor-unreadable")]


def test_anchor_is_written_once_for_one_head(ledger, at):
    assert anchors.write(ledger, settings.AUDIT_KEY, at) is None
    with act(system("test"), at) as doing:
        doing.record_about("test.done", "thing", "6")
    made = anchors.write(ledger, settings.AUDIT_KEY, at)
    assert made is not None
    assert made.seq == 6


def test_who_may_read_the_ledger(cast, at):
    from quartermaster.audit.queries import entries_visible_to

    with act(system("test"), at) as doing:
        doing.record_about("test.done", "thing", "1")
    seen = {
        name: entries_visible_to(cast.acting(getattr(cast, name))).count()
        for name in ("ana", "cole", "sue", "ida", "rex")
    }
    assert seen == {"ana": 0, "cole": 0, "sue": 0, "ida": 1, "rex": 0}
