"""The log of the archive: grown, signed, proven; every tampering is found by its name."""

import json
import shutil
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from quartermaster.files.stores import current
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from quartermaster.records import archive
from quartermaster.records.actions.archive import audit_archive, sign_checkpoint
from quartermaster.records.models import (
    ArchiveFault,
    LogEntry,
    LogNode,
    RecordItem,
    SignedCheckpoint,
)
from quartermaster.records.rules import merkle
from quartermaster.records.rules.checkpoints import Checkpoint, Signer, parsed
from quartermaster.records.schedule import audit, sign
from tests.factories.records import PNG, custodian, paul, saved

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]
HOUSE = system("test")
DAY = timedelta(days=1)
SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "verify_archive.py"


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    """Checkpoints and files of each test apart."""
    settings.DATA = tmp_path


@pytest.fixture
def five(cast, at):
    """Five records; the log was signed after the third and after the last."""
    custodian(cast)
    made = []
    for number in range(5):
        made.append(saved(cast.acting(cast.ana), at, PNG + bytes([number])))
        if number in {2, 4}:
            sign(at + number * DAY)
    return made


@contextmanager
def behind_the_back():
    """What somebody could do who has the database to themselves: no trigger speaks."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor.execute
        cursor.execute("SET session_replication_role = origin")


def faults(at):
    audit_archive(actor=HOUSE, at=at, files=100)
    return set(ArchiveFault.objects.filter(closed_at=None).values_list("kind", "subject"))


def verified(tmp_path, *arguments):
    """What the stand-alone script says, in a process that has nothing of this program."""
    found = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={},
    )
    return found.returncode, found.stdout


def written(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in archive.exported()))
    return path


def test_each_record_is_a_line_and_the_roots_are_those_of_the_tree(five, at):
    leaves = list(LogEntry.objects.values_list("leaf", flat=True))
    assert [json.loads(leaf)["number"] for leaf in leaves] == [row.number for row in five]
    assert json.loads(leaves[0])["digest"] == five[0].digest
    hashes = [merkle.leaf_hash(leaf.encode()) for leaf in leaves]
    pair = merkle.node_hash(hashes[0], hashes[1])
    first, last = SignedCheckpoint.objects.order_by("size")
    assert parsed(first.note).root == merkle.node_hash(pair, hashes[2])
    assert (first.size, last.size) == (3, 5)
    assert LogNode.objects.count() == 8  # five leaves, two pairs, one four
    assert faults(at) == set()


def test_it_is_signed_only_when_it_grew_and_kept_beside_the_database(five, at):
    assert not sign(at)
    notes = list(SignedCheckpoint.objects.order_by("size").values_list("note", flat=True))
    assert archive.anchored() == notes


def test_every_record_and_every_step_between_checkpoints_is_proven(five, at):
    last = parsed(SignedCheckpoint.objects.latest("size").note)
    for record in five:
        proof = archive.proof_of(record)
        leaf = merkle.leaf_hash(proof.leaf.encode())
        assert merkle.is_included(leaf, proof.index, proof.size, proof.path, last.root)
    first = parsed(SignedCheckpoint.objects.earliest("size").note)
    between = archive.proof_between(3, 5)
    assert merkle.is_consistent(3, 5, between, first.root, last.root)


def test_what_is_not_signed_yet_has_no_proof_yet(cast, five, at):
    late = saved(cast.acting(cast.ana), at)
    with pytest.raises(Conflict, match="not signed yet"):
        archive.proof_of(late)
    sign(at)
    assert archive.proof_of(late).index == 5


def test_the_script_alone_verifies_the_log_a_proof_and_files(five, tmp_path):
    log, key = written(tmp_path), archive.signer().verifier
    assert verified(tmp_path, "log", log, "--key", key) == (
        0,
        "5 lines and 2 checkpoints are sound.\n",
    )
    proof = tmp_path / "proof.json"
    proof.write_text(json.dumps(archive.proof_of(five[1]).payload()))
    picture = tmp_path / "Screenshot 1.png"
    picture.write_bytes(PNG + b"\x01")
    assert verified(tmp_path, "proof", proof, picture, "--key", key) == (
        0,
        f"{five[1].number} is line 1 of 5, with 1 files checked.\n",
    )
    picture.write_bytes(PNG + b"\x02")
    status, said = verified(tmp_path, "proof", proof, picture)
    assert (status, "is no file of" in said) == (1, True)


def test_the_script_finds_every_tampering_with_the_log(five, tmp_path):
    log = written(tmp_path)
    lines = log.read_text().splitlines()
    other = Signer(archive.signer().name, bytes(32))
    for name, changed, why in (
        ("cut", [line for line in lines if '"index": 4' not in line], "and has 4"),
        ("gap", [line for line in lines if '"index": 1' not in line], "line 1 is missing"),
        (
            "bit",
            [
                line.replace("digest", "digesu", 1) if '"index": 3' in line else line
                for line in lines
            ],
            "not those that were signed",
        ),
        (
            "order",
            [
                line.replace("000001", "00000x")
                .replace("000002", "000001")
                .replace("00000x", "000002")
                for line in lines
            ],
            "stands after",
        ),
    ):
        log.write_text("\n".join(changed) + "\n")
        status, said = verified(tmp_path, "log", log)
        assert (name, status, why in said) == (name, 1, True)
    log.write_text("\n".join(lines) + "\n")
    status, said = verified(tmp_path, "log", log, "--key", other.verifier)
    assert (status, "not signed by the key" in said) == (1, True)
    log.write_text("{")
    assert verified(tmp_path, "log", log)[0] == 2


def test_a_word_of_a_record_changed_is_found(five, at):
    with behind_the_back() as run:
        run("UPDATE records_record SET about = 'else' WHERE number = %s", [five[1].number])
    assert faults(at) == {("changed", five[1].number)}


def test_a_line_and_its_record_changed_together_are_found_by_the_signature(five, at):
    with behind_the_back() as run:
        run("UPDATE records_logentry SET leaf = replace(leaf, 'digest', 'digesu') WHERE index = 1")
    found = faults(at)
    assert ("rewritten", five[1].number) in found
    assert {("rewritten", "checkpoint 3"), ("rewritten", "checkpoint 5")} <= found


def test_a_tail_cut_off_is_found_also_with_its_checkpoints_gone(five, at):
    with behind_the_back() as run:
        run("DELETE FROM records_logentry WHERE index = 4")
        run("DELETE FROM records_signedcheckpoint WHERE size = 5")
    assert {("cut", "checkpoint 5"), ("unlogged", five[4].number)} <= faults(at)


def test_an_old_database_that_was_restored_is_found(five, at):
    """Nothing in it is wrong by itself: only what is kept beside it knows better."""
    with behind_the_back() as run:
        run("DELETE FROM records_logentry WHERE index >= 3")
        run("DELETE FROM records_lognode WHERE level = 0 AND place >= 3 OR level = 2")
        run("DELETE FROM records_signedcheckpoint WHERE size = 5")
        for row in five[3:]:
            run("DELETE FROM records_recorditem WHERE record_id = %s", [row.id])
            run("DELETE FROM records_record WHERE id = %s", [row.id])
    assert faults(at) == {("cut", "checkpoint 5")}


def test_a_line_out_of_the_middle_and_another_order_are_found(five, at):
    with behind_the_back() as run:
        run("UPDATE records_logentry SET index = 99 WHERE index = 1")
        run("UPDATE records_logentry SET index = 1 WHERE index = 2")
        run("UPDATE records_logentry SET index = 2 WHERE index = 99")
    found = faults(at)
    assert ("reordered", five[1].number) in found
    assert ("rewritten", "checkpoint 3") in found
    with behind_the_back() as run:
        run("DELETE FROM records_logentry WHERE index = 1")
    assert ("cut", "line 1") in faults(at)


def test_a_checkpoint_by_another_key_is_found(five, at):
    other = Signer(archive.signer().name, bytes(32))
    SignedCheckpoint.objects.create(
        size=4, note=other.sign(Checkpoint(other.name, 4, bytes(32))), signed_at=at
    )
    assert faults(at) == {("forged", "checkpoint 4")}


def test_a_flipped_bit_and_a_dropped_file_are_found_told_once_and_closed_when_restored(
    cast, five, at
):
    one, two = RecordItem.objects.filter(record__in=five).order_by("record__number")[:2]
    places = [current()._place(item.file.digest) for item in (one, two)]
    copies = [path.read_bytes() for path in places]
    places[0].chmod(0o600)
    places[0].write_bytes(copies[0][:-1] + bytes([copies[0][-1] ^ 1]))
    places[1].unlink()
    assert faults(at) == {("damaged", str(one.id)), ("missing", str(two.id))}
    assert faults(at + DAY) == {("damaged", str(one.id)), ("missing", str(two.id))}
    mail = Message.objects.get(template="records/archive/faults")
    assert mail.recipient == "ben1008@city.example"
    assert five[0].number in mail.text
    for path, content in zip(places, copies, strict=True):
        path.unlink(missing_ok=True)
        path.write_bytes(content)
    assert faults(at + 2 * DAY) == set()
    assert ArchiveFault.objects.filter(closed_at=at + 2 * DAY).count() == 2


def test_audits_go_round_by_and_by_and_what_was_broken_is_looked_at_each_time(five, at, settings):
    settings.ARCHIVE_AUDIT_FILES = 2
    item = RecordItem.objects.get(record=five[0])
    place = current()._place(item.file.digest)
    shutil.copy(place, place.with_suffix(".kept"))
    place.unlink()
    for days in range(3):
        audit(at + days * DAY)
    assert RecordItem.objects.exclude(check_of=None).count() == 5
    assert ArchiveFault.objects.get().closed_at is None
    item.check_of.refresh_from_db()
    assert item.check_of.checked_at == at + 2 * DAY


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_logentry SET leaf = 'else'",
        "DELETE FROM records_logentry",
        "UPDATE records_lognode SET hash = 'x'",
        "DELETE FROM records_signedcheckpoint",
        "INSERT INTO records_logentry VALUES (9, 'x', now(), gen_random_uuid())",
    ],
)
def test_the_log_only_grows_whoever_writes(five, statement):
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_who_sees_how_the_archive_stands(cast, five, at):
    faults(at)
    assert archive.checkpoints_visible_to(paul(cast)).count() == 2
    assert archive.audits_visible_to(paul(cast)).count() == 1
    for name in ("ana", "cole", "sue", "ida", "rex"):
        actor = cast.acting(getattr(cast, name))
        assert not archive.checkpoints_visible_to(actor).exists()
        assert not archive.faults_visible_to(actor).exists()
    assert sign_checkpoint(actor=HOUSE, at=at) is None
