"""The attack of March 2026, rehearsed: one stolen administrator against a thousand devices.

The thief has Ida's session in a browser, a token of hers with every scope, the command line, and
(further than a thief gets) may call actions and write rows. Not: Ida's password, nor another's.
"""

import json
import plistlib
import re
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from typer.testing import CliRunner

from quartermaster.audit.models import Entry
from quartermaster.cli.root import app
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, schedule
from quartermaster.mdm.driver import Order
from quartermaster.mdm.errors import NotReleased
from quartermaster.mdm.models import (
    Command,
    DestructiveApproval,
    DestructiveRequest,
    DestructiveTarget,
)
from quartermaster.mdm.queries import destructive_requests_visible_to
from quartermaster.mdm.rules.destruction import Kind, purpose_of
from quartermaster.notify.models import Message
from quartermaster.org import accounts
from quartermaster.org.accounts import Proof
from quartermaster.org.actions import change_person, create_person, grant_role
from quartermaster.org.models import Person, User
from quartermaster.org.queries import actor_for
from quartermaster.org.roles import Role
from quartermaster.org.rules.details import PersonDetails
from quartermaster.org.tokens import create_token
from quartermaster.policy import queries as policy
from quartermaster.policy.actions import apply_proposal, confirm_change
from quartermaster.policy.models import CityRequirements
from quartermaster.policy.plan import Proposal
from tests.factories.destruction import account, approved, asked, proof, second_person
from tests.factories.fleet import enrolled_fleet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("G-10")]
FLEET = 1000
HOUR = timedelta(hours=1)
WHY = "routine maintenance"
ERASE = plistlib.dumps({"CommandUUID": "x", "Command": {"RequestType": "EraseDevice"}})


@pytest.fixture
def start():
    return now()


@pytest.fixture
def enrolments(cast, start):
    return enrolled_fleet(cast, FLEET, start)


@pytest.fixture
def staff(cast):
    """Ben, who may agree; an auditor; Ida, whose session is stolen."""
    account(cast.ida)
    return {"ben": second_person(cast), "auditor": second_person(cast, Role.AUDITOR, "1008")}


@pytest.fixture
def browser(cast, staff):
    """The stolen session."""
    client = Client()
    client.force_login(User.objects.get(person=cast.ida))
    return client


@pytest.fixture
def api(cast, start):
    """The stolen token."""
    scopes = ["destruction:read", "destruction:write", "enrolments:read", "devices:write"]
    _, secret = create_token(
        owner_id=cast.ida.id,
        name="stolen",
        scopes=scopes,
        expires_at=start + timedelta(days=30),
        actor=system("test"),
        at=start,
    )

    def post(path, body):
        return Client().post(
            f"/api/v1/{path}",
            data=json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )

    return post


def erased():
    """How many commands that destroy stand in the queue."""
    return Command.objects.filter(target__isnull=False).count() + (
        Command.objects.filter(kind="EraseDevice", target=None).count()
    )


def hours_go_by(start, hours):
    for hour in range(hours * 2 + 1):
        schedule.look_at_requests(start + hour * HOUR / 2)


def to(name, thing=None):
    return reverse(f"destruction:{name}", kwargs={"key": thing.pk} if thing else {})


def test_by_pages_api_and_command_line_the_thief_asks_and_no_more(
    enrolments, browser, api, staff, cast, start
):
    for enrolment in enrolments[:30]:
        browser.post(to("erase", enrolment), {"reason": WHY})
    tags = "\n".join(item.device.asset_tag for item in enrolments[30:530])
    browser.post(to("ask"), {"kind": "wipe", "tags": tags, "reason": WHY})
    keys = [str(item.id) for item in enrolments[530:]]
    api("destructive-requests", {"kind": "wipe", "enrolment_ids": keys, "reason": WHY})
    tag = enrolments[0].device.asset_tag
    words = ["mdm", "erase", "request", tag, "--reason", WHY, "--email", cast.ida.email]
    assert CliRunner().invoke(app, words, input="guess\n").exception
    assert CliRunner().invoke(app, ["mdm", "do", tag, "erase", "--reason", WHY]).exception
    requests = list(DestructiveRequest.objects.all())
    assert len(requests) == 20  # so many of one person may wait
    for request in requests:
        for password in ("", "guess"):
            answer = browser.post(to("approve", request), {"password": password})
            assert answer.status_code in {401, 403, 422, 429}
        refused = api(f"destructive-requests/{request.id}/approve", {})
        assert refused.json()["code"] == "approval-takes-a-person"
    hours_go_by(start, 30)
    assert (erased(), set(DestructiveRequest.objects.values_list("state", flat=True))) == (
        0,
        {"expired"},
    )
    told = Message.objects.filter(recipient=staff["ben"].email, key__contains="/requested/")
    assert told.count() == 20
    assert Entry.objects.filter(tag="mdm.destruction.requested").count() == 20


def test_by_actions_and_rows_nothing_is_queued(enrolments, staff, cast, start):
    ida, victims = actor_for(cast.ida, start), enrolments[:50]
    for enrolment in victims:
        for actor in (ida, system("me")):
            for kind in ("EraseDevice", "DeviceInformation"):
                with suppress(Exception):
                    order = Order(kind, lambda _: ERASE)
                    actions.queue_orders(enrolment=enrolment, orders=[order], actor=actor, at=start)
            with suppress(Exception):
                actions.perform(
                    enrolment=enrolment,
                    verb="EraseDevice",
                    arguments={},
                    reason=WHY,
                    actor=actor,
                    at=start,
                )
    about = {"queued_at": start, "queued_by": "me", "expires_at": start + HOUR, "payload": ERASE}
    for kind in ("EraseDevice", "SecurityInfo"):
        with suppress(Exception):
            Command.objects.create(enrolment=victims[0], kind=kind, **about)
        with suppress(Exception):
            Command.objects.bulk_create(
                Command(enrolment=item, kind=kind, **about) for item in enrolments
            )
    with suppress(Exception), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO mdm_command (id, enrolment_id, kind, key, payload, digest, state,"
            " attempts, queued_at, queued_by, expires_at, sealed, reason, error, learn_attempts)"
            " SELECT gen_random_uuid(), id, 'EraseDevice', '', %s, '', 'queued', 0, now(), '',"
            " now() + interval '1 day', false, '', '', 0 FROM mdm_enrolment",
            [ERASE],
        )
    assert Command.objects.count() == 0


def test_an_honest_approval_is_neither_stretched_nor_replayed(enrolments, staff, cast, start):
    """Ben agrees to one device. The thief has what Ben gave, and a thousand wishes."""
    ida, ben = actor_for(cast.ida, start), actor_for(staff["ben"], start)
    honest = asked(enrolments[:1], ida, start)
    given = proof(honest, ben, start)
    actions.approve_destruction(request_id=honest.id, proof=given, actor=ben, at=start)
    wishes = [asked([item], ida, start) for item in enrolments[1:15]]
    forged = [
        given,
        Proof(given.person_id, purpose_of(wishes[0].id, wishes[0].digest), start, given.sealed),
        Proof(cast.ida.id, purpose_of(wishes[0].id, wishes[0].digest), start, b"x" * 40),
        None,
    ]
    for wish in wishes:
        for item in forged:
            for actor in (ida, ben, system("me")):
                with suppress(Exception):
                    actions.approve_destruction(
                        request_id=wish.id, proof=item, actor=actor, at=start
                    )
    for work in (
        lambda: DestructiveTarget.objects.bulk_create(
            DestructiveTarget(request=honest, enrolment=item) for item in enrolments[20:]
        ),
        lambda: DestructiveTarget.objects.filter(request=honest).update(enrolment=enrolments[500]),
        lambda: DestructiveTarget.objects.filter(request=wishes[0]).update(request=honest),
        lambda: DestructiveRequest.objects.filter(id=honest.id).update(arguments={"all": "yes"}),
        lambda: DestructiveRequest.objects.exclude(id=honest.id).update(state="waiting"),
        lambda: DestructiveApproval.objects.update(request=wishes[0]),
    ):
        with suppress(Exception):
            work()
    for wish in wishes:  # the farthest: rows as if Ben had agreed, without what he alone can make
        with suppress(Exception):
            DestructiveApproval.objects.create(
                request=wish,
                approver=staff["ben"],
                digest=wish.digest,
                proved_at=start,
                approved_at=start,
                sealed_proof=given.sealed,
            )
            DestructiveRequest.objects.filter(id=wish.id).update(state="waiting", due_at=start)
    hours_go_by(start, 24)
    sent = Command.objects.filter(target__isnull=False)
    assert [item.enrolment_id for item in sent] == [enrolments[0].id]
    tampered = Message.objects.filter(key__contains="/tampered/")
    assert set(tampered.values_list("recipient", flat=True)) == {
        cast.ida.email,
        staff["ben"].email,
        staff["auditor"].email,
    }


def test_a_second_administrator_of_the_thiefs_own_making_does_not_count(
    enrolments, staff, cast, start
):
    """The very step of March 2026: make a further administrator, or take another's log-in over."""
    ida = actor_for(cast.ida, start)
    made = create_person(
        details=PersonDetails.of(
            number="6666", given_name="Mal", family_name="Ory", email="mal@evil.example"
        ),
        department_id=cast.itmd.id,
        actor=ida,
        at=start,
    )
    grant_role(person_id=made.id, role=Role.ITMD_ADMIN, actor=ida, at=start)
    ben = staff["ben"]
    change_person(
        person_id=ben.id,
        details=PersonDetails.of(
            number=ben.number,
            given_name=ben.given_name,
            family_name=ben.family_name,
            email="ben@evil.example",
        ),
        actor=ida,
        at=start,
    )
    taken = "a password of the thief"
    for person in (made, ben):
        accounts.invite(person_id=person.id, actor=ida, at=start)
        token = re.search(r"/log-in/link/([^/]+)/", mail.outbox[-1].body).group(1)
        accounts.redeem(token=token, password=taken, at=start)
    for later in (timedelta(0), timedelta(hours=70)):
        at = start + later
        request = asked(enrolments[:3], actor_for(cast.ida, at), at)
        for person in (made, ben):
            actor = actor_for(Person.objects.get(id=person.id), at)
            with pytest.raises(Exception, match="cannot approve this"):
                actions.approve_destruction(
                    request_id=request.id,
                    proof=proof(request, actor, at, taken),
                    actor=actor,
                    at=at,
                )
        actions.stop_destruction(request_id=request.id, reason="tried", actor=ida, at=at)
    hours_go_by(start, 24)
    assert erased() == 0
    tags = set(Entry.objects.values_list("tag", flat=True))
    assert {"org.role.granted", "org.account.link-used", "org.person.changed"} <= tags


def test_limits_and_policies_are_not_changed_alone(enrolments, staff, browser, cast, start):
    ida = actor_for(cast.ida, start)
    browser.post(to("raise"), {"extra": 500, "hours": 24, "reason": WHY})
    raising = DestructiveRequest.objects.get(kind=Kind.RAISE)
    browser.post(to("approve", raising), {"password": "guess"})
    proposal = Proposal(city={"city": {"failed_attempts_before_erase": 4}})
    change = apply_proposal(
        proposal=proposal, digest=policy.plan(proposal).digest, actor=ida, at=start
    )
    for actor in (ida, system("me")):
        with pytest.raises(Exception, match=r"other than who asked|may not do this"):
            confirm_change(change_id=change.id, proof=None, actor=actor, at=start)
    browser.post(
        reverse("requirements:change-confirm", kwargs={"key": change.pk}), {"password": "guess"}
    )
    hours_go_by(start, 25)
    raising.refresh_from_db()
    change.refresh_from_db()
    assert (raising.state, change.state) == ("expired", "pending")
    assert not CityRequirements.objects.exists()
    assert erased() == 0


def test_enrolments_are_not_ended_by_the_hundred(enrolments, staff, browser, cast, start):
    """A device whose certificate is refused forgets its management: as good as a removal."""
    ida = actor_for(cast.ida, start)
    for number, enrolment in enumerate(enrolments[:40]):
        with suppress(Exception):
            if number % 2:
                browser.post(reverse("mdm:end", kwargs={"key": enrolment.pk}), {"reason": WHY})
            else:
                actions.end_enrolment(enrolment=enrolment, reason=WHY, actor=ida, at=start)
    assert Entry.objects.filter(tag="mdm.enrolment.ended").count() == 10
    with pytest.raises(NotReleased, match="second person"):
        actions.end_enrolment(enrolment=enrolments[50], reason=WHY, actor=ida, at=now())
    actions.end_enrolment(enrolment=enrolments[50], reason=WHY, actor=ida, at=now() + 2 * HOUR)


def test_even_with_a_colluding_second_person_the_limit_of_a_day_holds(
    enrolments, staff, cast, start
):
    """Ben agrees to whatever the thief asks, all day, and they raise the limits together."""
    ida, ben = actor_for(cast.ida, start), actor_for(staff["ben"], start)
    approved(
        actions.request_raise(extra=500, hours=24, reason=WHY, actor=ida, at=start), ben, start
    )
    with suppress(Exception):
        approved(asked(enrolments[500:1000], ida, start), ben, start)
    for watch in range(4):
        at = start + watch * 5 * HOUR
        for number in range(8):
            with suppress(Exception):
                item = enrolments[watch * 8 + number]
                approved(asked([item], ida, at), ben, at)
        schedule.look_at_requests(at + HOUR / 4)
        schedule.look_at_requests(at)
        schedule.look_at_requests(at + HOUR / 2)
    assert erased() == 10  # the limit of the fleet; a thousand were asked for
    assert Message.objects.filter(
        recipient=staff["auditor"].email, key__contains="/blocked/"
    ).exists()
    assert Message.objects.filter(recipient=cast.ana.email).exists()
    assert Message.objects.filter(recipient=cast.sue.email).exists()
    auditor = actor_for(staff["auditor"], start)
    seen = destructive_requests_visible_to(auditor)
    assert seen.count() == DestructiveRequest.objects.count()
    helper = actor_for(second_person(cast, Role.ITMD_HELPDESK, "1010"), start)
    actions.stop_everything(reason="an attack", actor=helper, at=start + 24 * HOUR)
    hours_go_by(start + 24 * HOUR, 48)
    assert Command.objects.exclude(state="cancelled").count() == 0
    assert Entry.objects.filter(tag="mdm.destruction.everything-stopped").exists()
