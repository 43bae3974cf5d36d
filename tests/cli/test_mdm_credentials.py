"""``quartermaster mdm credential``: from the request to use, and to the end."""

import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.kernel.errors import NotFound
from quartermaster.mdm import credentials
from quartermaster.mdm.errors import CredentialUnusable, IdentityChanges
from quartermaster.simulators.apple.services.portal import Portal, new_topic

pytestmark = pytest.mark.django_db
PORTAL = Portal()
TOPIC = new_topic()


def run(*words, **more):
    return CliRunner().invoke(app, ["mdm", "credential", *(str(word) for word in words)], **more)


def listed(kind="push"):
    rows = json.loads(run("list", "--json").stdout)
    return next(row for row in rows if row["kind"] == kind)


@pytest.fixture
def bundle_file(tmp_path):
    def write(topic=TOPIC):
        path = tmp_path / f"{topic[-8:]}.pem"
        path.write_bytes(PORTAL.bundle(topic).pem())
        return path

    return write


@pytest.mark.clause("G-10")
def test_request_and_complete(tmp_path):
    assert listed()["standing"] == "missing"
    to = tmp_path / "request.txt"
    made = run("request", "push", "--to", to)
    assert made.exit_code == 0
    assert "4. Download the certificate and upload it here." in made.stdout
    assert listed()["standing"] == "requested"
    key = x509.load_pem_x509_csr(to.read_bytes()).public_key()
    given = tmp_path / "apple.pem"
    given.write_bytes(PORTAL.sign(key, TOPIC).public_bytes(Encoding.PEM))
    done = run("complete", "push", given)
    assert "is in use, until" in done.stdout
    assert (listed()["standing"], listed()["identity"]) == ("active", TOPIC)
    assert TOPIC[:12] in run("list").stdout


def test_a_request_overwrites_no_file(tmp_path):
    there = tmp_path / "there.txt"
    there.write_text("mine")
    assert run("request", "push", "--to", there).exit_code == 2
    assert there.read_text() == "mine"
    assert credentials.requested_credential("apple", "push") is None


def test_complete_without_a_request_says_how_to_begin(bundle_file):
    answer = run("complete", "push", bundle_file())
    assert isinstance(answer.exception, NotFound)
    assert "credential request" in str(answer.exception)


def test_import_asks_for_the_password_or_reads_it(tmp_path):
    bundle = PORTAL.bundle(TOPIC)
    path = tmp_path / "push.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"x", bundle.key, bundle.certificate, bundle.above, BestAvailableEncryption(b"secret")
        )
    )
    wrong = run("import", "push", path, input="guess\n")
    assert isinstance(wrong.exception, CredentialUnusable)
    assert "guess" not in wrong.stdout
    assert run("import", "push", path, input="secret\n").exit_code == 0
    kept = tmp_path / "password"
    kept.write_text("secret\n")
    assert run("import", "push", path, "--password-file", kept).exit_code == 0
    assert listed()["identity"] == TOPIC


def test_another_identity_must_be_meant(bundle_file):
    run("import", "push", bundle_file(), "--no-password")
    other = bundle_file(new_topic())
    refused = run("import", "push", other, "--no-password")
    assert isinstance(refused.exception, IdentityChanges)
    assert run("import", "push", other, "--no-password", "--new-identity").exit_code == 0
    assert listed()["identity"] != TOPIC


def test_retire_the_request_or_what_is_in_use(bundle_file, tmp_path):
    run("import", "push", bundle_file(), "--no-password")
    run("request", "push", "--to", tmp_path / "request.txt")
    assert listed()["standing"] == "active, renewal requested"
    assert "the request was dropped" in run("retire", "push", "--request").stdout
    assert listed()["standing"] == "active"
    assert "retired" in run("retire", "push").stdout
    assert isinstance(run("retire", "push").exception, NotFound)
    assert isinstance(run("retire", "nothing").exception, NotFound)
