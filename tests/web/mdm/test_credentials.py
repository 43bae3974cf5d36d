"""Pages of service credentials: standing, request and answer, files, identity, the end."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, credentials
from quartermaster.mdm.abilities import credential_kinds
from quartermaster.mdm.actions.credentials import note_trouble
from quartermaster.mdm.models import ServiceCredential
from quartermaster.simulators.apple.services.portal import Portal, new_topic
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory
from tests.web.suites import QueryBudget

pytestmark = pytest.mark.django_db
HOUSE = system("test")
PORTAL = Portal()
TOPIC = new_topic()
PUSH = {"driver": "apple", "kind": "push"}


def of_kind(name="", kind="push"):
    return reverse(f"mdm:credential{name}", kwargs={"driver": "apple", "kind": kind})


def of_one(name, row):
    return reverse(f"mdm:credential-{name}", kwargs={"key": row.pk})


def brought(topic=TOPIC, **more):
    bundle = PORTAL.bundle(topic, **more)
    return actions.import_credential(**PUSH, content=bundle.pem(), actor=HOUSE, at=now())


def requested():
    return actions.request_credential(**PUSH, actor=HOUSE, at=now())


def answered(request, topic=TOPIC):
    """Apple's certificate for a request, whoever signed it."""
    asked = x509.load_pem_x509_csr(bytes(request.request))
    return PORTAL.sign(asked.public_key(), topic).public_bytes(Encoding.PEM)


def upload(content, **more):
    return {"file": SimpleUploadedFile("given.pem", content), **more}


@pytest.fixture
def ida(logged_in, cast):
    return logged_in(cast.ida)


def test_every_kind_of_every_driver_stands_in_the_list_and_has_a_page(ida):
    shown = ida.get(reverse("mdm:credentials")).content.decode()
    for driver, kind in credential_kinds():
        address = reverse("mdm:credential", kwargs={"driver": driver.name, "kind": kind.name})
        assert f'href="{address}"' in shown
        assert kind.title in ida.get(address).content.decode()


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_nobody_but_administrators_sees_credentials(logged_in, cast, who):
    client = logged_in(getattr(cast, who))
    request = requested()
    for address in (
        reverse("mdm:credentials"),
        of_kind(),
        of_one("file", request),
        of_one("retire", request),
    ):
        assert client.get(address).status_code == 403
    assert client.post(of_one("retire", request)).status_code == 403
    request.refresh_from_db()
    assert request.standing == "requested"


def test_unknown_kinds_and_requests_are_not_found(ida):
    assert ida.get(of_kind(kind="nothing")).status_code == 404
    over = requested()
    requested()
    assert ida.get(of_one("file", over)).status_code == 404
    assert ida.get(of_one("complete", over)).status_code == 404
    assert ida.get(of_one("retire", over)).status_code == 404


def test_list_keeps_to_its_queries(ida):
    brought()
    with QueryBudget(12):
        ida.get(reverse("mdm:credentials"))


@pytest.mark.clause("G-10")
def test_a_push_certificate_comes_from_request_to_use(ida):
    assert ida.post(of_kind("-request")).url == of_kind()
    request = credentials.requested_credential("apple", "push")
    page = ida.get(of_kind()).content.decode()
    assert of_one("file", request) in page
    assert of_one("complete", request) in page
    file = ida.get(of_one("file", request))
    assert file.content == bytes(request.request)
    assert file["Content-Disposition"] == 'attachment; filename="push-certificate-request.txt"'
    assert file["Cache-Control"] == "no-store"
    assert b"PRIVATE" not in file.content
    done = ida.post(of_one("complete", request), upload(answered(request)))
    assert (done.status_code, done.url) == (302, of_kind())
    assert credentials.active_credential("apple", "push").identity == TOPIC
    assert TOPIC in ida.get(of_kind()).content.decode()


def test_a_file_that_is_none_is_refused_at_its_field(ida):
    answer = ida.post(of_one("complete", requested()), upload(b"nothing of the kind"))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"file": ["There is no certificate in the file."]}
    missing = ida.post(of_kind("-import"), {})
    assert (missing.status_code, missing.context["form"].errors["file"]) == (
        422,
        ["Choose the file."],
    )
    large = ida.post(of_kind("-import"), upload(b"x" * 300_000))
    assert large.context["form"].errors["file"] == [
        "The file is larger than 256 KB; a credential is not."
    ]


def test_a_pkcs12_file_is_brought_with_its_password(ida):
    bundle = PORTAL.bundle(TOPIC)
    content = pkcs12.serialize_key_and_certificates(
        b"push",
        bundle.key,
        bundle.certificate,
        bundle.above,
        BestAvailableEncryption(b"pass word "),
    )
    wrong = ida.post(of_kind("-import"), upload(content, password="guess"))
    assert wrong.status_code == 422
    assert "guess" not in wrong.content.decode()
    done = ida.post(of_kind("-import"), upload(content, password="pass word "))
    assert (done.status_code, done.url) == (302, of_kind())
    assert credentials.active_credential("apple", "push").identity == TOPIC


@pytest.mark.clause("G-10")
def test_another_identity_must_be_meant_and_the_page_says_whom_it_strikes(ida, cast):
    first = brought()
    EnrolmentFactory(device=DeviceFactory(holder=cast.ana), topic=TOPIC)
    EnrolmentFactory(device=DeviceFactory(holder=cast.ana), topic=TOPIC)
    form = ida.get(of_kind("-import")).content.decode()
    assert "2 devices would be affected." in form
    other = PORTAL.bundle(new_topic())
    refused = ida.post(of_kind("-import"), upload(other.pem()))
    assert (refused.status_code, list(refused.context["form"].errors)) == (409, ["confirmed"])
    assert credentials.active_credential("apple", "push") == first
    ida.post(of_kind("-import"), upload(other.pem(), confirmed="on"))
    page = ida.get(of_kind()).content.decode()
    assert "2 devices under management listen to another topic" in page
    assert credentials.active_credential("apple", "push").identity != TOPIC


def test_without_a_present_identity_nothing_is_to_be_confirmed(ida):
    assert "confirmed" not in ida.get(of_kind("-import")).context["form"].fields
    signing = ida.get(of_kind("-import", "push-signing"))
    assert "confirmed" not in signing.context["form"].fields


def test_retiring_says_what_lapses_and_destroys_the_secret(ida, cast):
    row = brought()
    EnrolmentFactory(device=DeviceFactory(holder=cast.ana), topic=TOPIC)
    asked = ida.get(of_one("retire", row)).content.decode()
    assert "1 device can no longer be woken." in asked
    assert ida.post(of_one("retire", row)).url == of_kind()
    row.refresh_from_db()
    assert (row.standing, row.sealed_secret) == ("retired", None)
    assert "Retired" in ida.get(of_kind()).content.decode()


def test_dropping_a_request_leaves_the_active_one(ida):
    active, request = brought(), requested()
    ida.post(of_one("retire", request))
    assert credentials.active_credential("apple", "push") == active
    assert credentials.requested_credential("apple", "push") is None


@pytest.mark.parametrize(
    ("days", "standing"),
    [(365, "Active"), (59, "Renew soon"), (29, "Renew now"), (2, "Renew now")],
)
def test_standing_says_how_urgent_it_is(ida, days, standing):
    brought(lifetime=timedelta(days=days))
    assert standing in ida.get(of_kind()).content.decode()
    assert standing in ida.get(reverse("mdm:credentials")).content.decode()


def test_what_ran_out_and_what_is_in_trouble_is_said(ida):
    row = brought()
    note_trouble(
        credential_id=row.id, trouble="The service refused us.", failures=1, paused_until=None
    )
    page = ida.get(of_kind()).content.decode()
    assert "In trouble" in page
    assert "The service refused us." in page
    ServiceCredential.objects.filter(id=row.id).update(expires_at=now() - timedelta(days=3))
    assert "ran out 3 days ago" in ida.get(of_kind()).content.decode()


def test_no_page_shows_a_secret(ida):
    brought()
    requested()
    for address in (reverse("mdm:credentials"), of_kind(), of_kind("-import")):
        assert "PRIVATE" not in ida.get(address).content.decode()
