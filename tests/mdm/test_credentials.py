"""Service credentials: asked for, brought, replaced, retired; secrets sealed and never told."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.audit.models import Entry
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, NotFound, Refused
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, credentials
from quartermaster.mdm.abilities import credential_kinds
from quartermaster.mdm.actions import credentials as verbs
from quartermaster.mdm.errors import CredentialUnusable, IdentityChanges
from quartermaster.mdm.models import ServiceCredential
from quartermaster.mdm.rules.credentials import WARN_DAYS, days_left, warning_due, words_left
from quartermaster.simulators.apple.services.portal import Portal, new_topic
from tests.cast import AT

pytestmark = pytest.mark.django_db
HOUSE = system("test")
PORTAL = Portal(made_at=AT)
TOPIC = new_topic()


def asked(at=AT, actor=HOUSE):
    return actions.request_credential(driver="apple", kind="push", actor=actor, at=at)


def brought(bundle, at=AT, kind="push", **more):
    given = {"content": bundle.pem(), "actor": HOUSE, "at": at, **more}
    return actions.import_credential(driver="apple", kind=kind, **given)


def completed(credential, content, at=AT, **more):
    return actions.complete_credential(
        credential=credential, content=content, actor=HOUSE, at=at, **more
    )


@pytest.fixture
def vendor(db):
    return brought(PORTAL.vendor(at=AT), kind="push-signing")


@pytest.mark.clause("G-10")
def test_a_push_certificate_comes_from_request_to_use(vendor):
    request = asked()
    assert (request.standing, request.active) == ("requested", False)
    assert credentials.active_credential("apple", "push") is None
    assert credentials.requested_credential("apple", "push") == request
    done = completed(request, PORTAL.renew(bytes(request.request), TOPIC, at=AT))
    assert credentials.active_credential("apple", "push") == done
    assert (done.identity, done.active, done.activated_at) == (TOPIC, True, AT)
    assert done.expires_at == AT.replace(year=2027)
    assert done.public["topic"] == TOPIC
    secret = credentials.open_secret(done)
    assert b"PRIVATE KEY" in secret
    assert b"BEGIN CERTIFICATE" in secret


@pytest.mark.clause("G-10")
def test_nothing_secret_is_in_the_clear_in_rows_or_ledger(vendor):
    request = asked()
    done = completed(request, PORTAL.renew(bytes(request.request), TOPIC, at=AT))
    row = ServiceCredential.objects.values().get(id=done.id)
    assert b"PRIVATE" not in bytes(row["sealed_secret"]) + bytes(row["request"])
    assert "PRIVATE" not in str(row["public"])
    entries = Entry.objects.filter(tag__startswith="mdm.credential.")
    assert set(entries.values_list("tag", flat=True)) == {
        "mdm.credential.imported",
        "mdm.credential.requested",
        "mdm.credential.activated",
    }
    assert "PRIVATE" not in str(list(entries.values_list("data", flat=True)))


def test_without_a_vendor_certificate_the_plain_request_is_handed_out():
    assert bytes(asked().request).startswith(b"-----BEGIN CERTIFICATE REQUEST-----")


def test_a_vendor_certificate_that_ran_out_signs_nothing(vendor):
    later = AT + timedelta(days=400)
    assert bytes(asked(later).request).startswith(b"-----BEGIN CERTIFICATE REQUEST-----")


def test_a_second_request_drops_the_first(vendor):
    first, second = asked(), asked()
    first.refresh_from_db()
    assert (first.standing, first.sealed_secret, first.replaced_at) == ("retired", None, AT)
    with pytest.raises(Conflict, match="is not possible while this service credential is retired"):
        completed(first, PORTAL.renew(bytes(first.request), TOPIC, at=AT))
    assert credentials.requested_credential("apple", "push") == second


@pytest.mark.clause("G-10")
def test_a_certificate_for_another_key_is_refused(vendor):
    request, other = asked(), PORTAL.bundle(TOPIC, at=AT)
    with pytest.raises(CredentialUnusable, match="not made for the request") as problem:
        completed(request, other.pem())
    assert problem.value.facts["field"] == "file"
    assert credentials.active_credential("apple", "push") is None
    assert credentials.requested_credential("apple", "push") == request


@pytest.mark.clause("G-10")
def test_renewal_keeps_the_topic_and_another_topic_must_be_meant():
    first = brought(PORTAL.bundle(TOPIC, at=AT))
    renewed = brought(PORTAL.bundle(TOPIC, at=AT, lifetime=timedelta(days=400)))
    first.refresh_from_db()
    assert (first.standing, first.sealed_secret, first.replaced_at) == ("replaced", None, AT)
    other = PORTAL.bundle(new_topic(), at=AT)
    with pytest.raises(IdentityChanges, match="would have to enrol again"):
        brought(other)
    assert credentials.active_credential("apple", "push") == renewed
    brought(PORTAL.vendor(at=AT), kind="push-signing")
    request = asked()
    created = PORTAL.create(bytes(request.request), at=AT)
    with pytest.raises(IdentityChanges):
        completed(request, created)
    assert completed(request, created, confirmed=True).identity != TOPIC
    with pytest.raises(NotFound, match="destroyed"):
        credentials.open_secret(first)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PORTAL.bundle("com.example.app", at=AT).pem(), "no push certificate for device"),
        (PORTAL.bundle(TOPIC, at=AT - timedelta(days=400)).pem(), "ran out on October"),
        (PORTAL.bundle(TOPIC, at=AT + timedelta(days=2)).pem(), "not valid yet"),
        (b"nothing", "no PKCS#12 file"),
        (b"x" * (verbs.LARGEST + 1), "a credential has"),
    ],
)
def test_what_is_no_push_certificate_is_refused(content, said):
    with pytest.raises(CredentialUnusable, match=said):
        actions.import_credential(driver="apple", kind="push", content=content, actor=HOUSE, at=AT)


def test_a_vendor_certificate_needs_its_whole_chain_and_no_request():
    whole = PORTAL.vendor(at=AT)
    with pytest.raises(CredentialUnusable, match="chain is not whole"):
        brought(type(whole)(whole.key, whole.certificate, whole.above[:1]), kind="push-signing")
    with pytest.raises(CredentialUnusable, match="asks for no request"):
        actions.request_credential(driver="apple", kind="push-signing", actor=HOUSE, at=AT)


@pytest.mark.parametrize(("driver", "kind"), [("apple", "nothing"), ("nobody", "push")])
def test_an_unknown_kind_is_refused(driver, kind):
    with pytest.raises(CredentialUnusable, match="There is no credential"):
        actions.request_credential(driver=driver, kind=kind, actor=HOUSE, at=AT)


def test_every_kind_says_what_happens_when_it_lapses():
    kinds = {(driver.name, kind.name): kind for driver, kind in credential_kinds()}
    assert ("apple", "push") in kinds
    assert all(kind.lapse and kind.purpose and kind.steps for kind in kinds.values())


@pytest.mark.clause("G-10")
def test_only_an_administrator_of_itmd_manages_credentials(cast):
    held = brought(PORTAL.bundle(TOPIC, at=AT))
    for person in (cast.ana, cast.cole, cast.sue, cast.rex):
        actor = cast.acting(person)
        assert not credentials.credentials_visible_to(actor).exists()
        with pytest.raises(Refused):
            asked(actor=actor)
        with pytest.raises(Refused):
            brought(PORTAL.bundle(TOPIC, at=AT), actor=actor)
        with pytest.raises(Refused):
            actions.complete_credential(credential=held, content=b"", actor=actor, at=AT)
        with pytest.raises(Refused):
            actions.retire_credential(credential=held, actor=actor, at=AT)
    ida = cast.acting(cast.ida)
    assert credentials.credentials_visible_to(ida).get() == held
    actions.retire_credential(credential=held, actor=ida, at=AT)
    assert (held.standing, held.sealed_secret) == ("retired", None)
    with pytest.raises(Conflict):
        actions.retire_credential(credential=held, actor=ida, at=AT)


def test_the_database_keeps_one_active_and_no_secret_of_what_is_over():
    held = brought(PORTAL.bundle(TOPIC, at=AT))
    for change in (
        {"standing": "replaced"},
        {"sealed_secret": None},
        {"standing": "lost"},
        {"activated_at": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ServiceCredential.objects.filter(id=held.id).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        held.pk = None
        held.save(force_insert=True)


def test_a_service_in_trouble_is_noted_until_it_answers():
    held = brought(PORTAL.bundle(TOPIC, at=AT))
    verbs.note_trouble(
        credential_id=held.id, trouble="x" * 600, failures=2, paused_until=AT + timedelta(hours=1)
    )
    held.refresh_from_db()
    assert (len(held.trouble), held.failures) == (500, 2)
    verbs.note_success(credential_id=held.id)
    verbs.keep_state(credential_id=held.id, state={"cursor": "abc"})
    held.refresh_from_db()
    assert (held.trouble, held.failures, held.paused_until) == ("", 0, None)
    assert held.state == {"cursor": "abc"}
    assert str(held).startswith("APSP:")


def test_a_new_credential_is_told_to_the_rooms_above():
    brought(PORTAL.bundle(TOPIC, at=AT))
    outbox.deliver_due(AT)


@given(st.integers(min_value=-400, max_value=400 * 86400))
def test_the_tightest_warning_is_due_and_none_is_due_early(seconds):
    left = timedelta(seconds=seconds)
    due = warning_due(AT + left, AT)
    if left <= timedelta():
        assert due == 0
    elif left > timedelta(days=max(WARN_DAYS)):
        assert due is None
    else:
        assert due in WARN_DAYS
        assert left <= timedelta(days=due)
        assert not any(
            left <= timedelta(days=days) < timedelta(days=due) for days in WARN_DAYS if days
        )


def test_what_has_no_end_needs_no_warning():
    assert warning_due(None, AT) is None


@pytest.mark.parametrize(
    ("left", "words", "days"),
    [
        (timedelta(days=60), "runs out in 60 days", 60),
        (timedelta(days=1, hours=3), "runs out in 1 day", 1),
        (timedelta(hours=3), "runs out within a day", 0),
        (timedelta(), "ran out today", 0),
        (timedelta(hours=-3), "ran out today", -1),
        (timedelta(days=-2, hours=-3), "ran out 2 days ago", -3),
    ],
)
def test_how_long_it_holds_is_said_in_words(left, words, days):
    assert words_left(AT + left, AT) == words
    assert days_left(AT + left, AT) == days
