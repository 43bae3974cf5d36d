"""What the database itself refuses, whoever writes to it."""

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from quartermaster.mdm.actions import request_destruction
from quartermaster.mdm.rules.destruction import Kind
from quartermaster.records.actions import holds as actions
from quartermaster.records.models import Hold, HoldKeeper
from tests.factories import mdm
from tests.factories.destruction import REASON, account, devices, second_person
from tests.factories.records import WHY, custodian, held, keeper, paul

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-2")]


def refused(statement, *values):
    with (
        pytest.raises((IntegrityError, DataError)) as problem,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)
    return str(problem.value)


@pytest.fixture
def hold(cast, at):
    devices(cast, 1)
    made = held(cast, at)
    row = keeper(made, cast.ana)
    actions.acknowledge_notice(keeper_id=row.id, version=1, actor=cast.acting(cast.ana), at=at)
    return made


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_holdterms SET subject = 'else'",
        "DELETE FROM records_holdterms",
        "UPDATE records_holdacknowledgement SET made_at = made_at + interval '1 day'",
        "DELETE FROM records_holdacknowledgement",
        "DELETE FROM records_helddevice",
        "DELETE FROM records_holdkeeper",
        "DELETE FROM records_hold",
        "UPDATE records_hold SET state = 'released', released_at = now(), release_reason = 'x'",
        "UPDATE records_holdkeeper SET state = 'released', released_at = now(), due_at = NULL",
        "UPDATE records_holdkeeper SET state = 'asked', released_at = now()",
    ],
)
def test_what_is_written_stays(hold, statement):
    assert "records_" in refused(statement)


def test_nobody_is_said_to_have_acknowledged_who_did_not(cast, hold, at):
    actions.add_people(hold_id=hold.id, people=[cast.rex.id], actor=paul(cast), at=at)
    said = refused(
        "UPDATE records_holdkeeper SET state = 'acknowledged' WHERE person_id = %s", cast.rex.id
    )
    assert "Nobody acknowledged" in said


def test_a_released_hold_is_not_reopened_and_gets_nobody(cast, hold, at):
    actions.release_hold(hold_id=hold.id, reason=WHY, actor=paul(cast), at=at)
    assert "stays released" in refused(
        "UPDATE records_hold SET state = 'open', released_at = NULL, release_reason = ''"
    )
    assert "let go" in refused(
        "UPDATE records_holdkeeper SET state = 'asked', released_at = NULL, release_reason = ''"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        HoldKeeper.objects.create(
            hold=hold, person=cast.rex, terms=hold.terms, added_at=at, asked_at=at
        )
    assert Hold.objects.get().state == "released"


@pytest.mark.clause("G-10")
def test_a_hold_is_passed_over_by_a_custodian_alone(cast, at):
    (device,) = devices(cast, 1)
    held(cast, at)
    account(cast.ida)
    request = request_destruction(
        kind=Kind.WIPE,
        enrolments=[mdm.enrolled(device, at)],
        reason=REASON,
        despite_hold=True,
        actor=cast.acting(cast.ida),
        at=at,
    )
    insert = (
        "INSERT INTO mdm_destructiveapproval (id, request_id, approver_id, digest, proved_at,"
        " approved_at, sealed_proof, holds)"
        " VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, 'x', '[]')"
    )
    values = (request.digest, at, at)
    other = second_person(cast)
    assert "records custodian agrees" in refused(insert, request.id, other.id, *values)
    changed = "UPDATE mdm_destructiverequest SET despite_hold = false"
    assert "not changed" in refused(changed)
    with connection.cursor() as cursor:
        cursor.execute(insert, (request.id, custodian(cast).id, *values))
        assert cursor.rowcount == 1
