"""The SCEP codec against clients that are not ours: micromdm's, mdmb's old one, certmonger's."""

import base64
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from quartermaster.drivers.apple.wire import profile, scep_client
from tests.interop.authority_server import AuthorityServer, running
from tests.interop.tools import tool

pytestmark = pytest.mark.interop
CHALLENGE = "once-only"


def run(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def ask_scepclient(server: AuthorityServer, challenge: str, folder: Path):
    return run(
        tool("scepclient"),
        f"-server-url={server.url}",
        f"-challenge={challenge}",
        "-private-key=key.pem",
        "-certificate=cert.pem",
        cwd=folder,
    )


def test_scepclient_gets_a_certificate(tmp_path):
    with running(CHALLENGE, allow_des=True) as server:
        done = ask_scepclient(server, CHALLENGE, tmp_path)
    assert done.returncode == 0, done.stderr
    assert server.refused == []
    assert x509.load_pem_x509_certificate((tmp_path / "cert.pem").read_bytes()) == server.issued[0]


def test_scepclient_with_the_wrong_challenge_is_refused(tmp_path):
    with running(CHALLENGE, allow_des=True) as server:
        done = ask_scepclient(server, "guessed", tmp_path)
    assert done.returncode != 0
    assert (server.issued, server.refused) == ([], ["challenge"])


def enrolment_profile(server: AuthorityServer) -> bytes:
    asked = profile.Enrolment(
        identifier="city.example.enrolment",
        organisation="Model City",
        server_url=f"{server.url}/connect",
        check_in_url=f"{server.url}/checkin",
        scep_url=server.url,
        challenge=CHALLENGE,
        topic="com.apple.mgmt.External.test",
        common_name="device",
    )
    return profile.render(profile.city_enrolment(asked))


def install_on_mdmb(server: AuthorityServer, folder: Path) -> str:
    (folder / "enrol.mobileconfig").write_bytes(enrolment_profile(server))
    assert run(tool("mdmb"), "devices-create", cwd=folder).returncode == 0
    done = run(
        tool("mdmb"),
        "-uuids=all",
        "devices-profiles-install",
        "-f=enrol.mobileconfig",
        cwd=folder,
    )
    return done.stderr


def test_mdmb_gets_a_certificate_where_single_des_is_allowed(tmp_path):
    with running(CHALLENGE, allow_des=True) as server:
        said = install_on_mdmb(server, tmp_path)
    assert "Checkin request failed" in said  # it read its certificate and went on to check in
    assert len(server.issued) == 1
    public = server.issued[0].public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    assert public.key_size == profile.KEY_BITS  # mdmb alone would make 1,024 bits


def test_single_des_is_refused_by_default(tmp_path):
    with running(CHALLENGE) as server:
        install_on_mdmb(server, tmp_path)
    assert server.issued == []
    assert server.refused == ["The envelope's cipher is not accepted; use AES or triple DES."]


def test_certmonger_reads_capabilities_authority_and_answer(tmp_path):
    submit = tool("scep-submit")
    with running(CHALLENGE) as server:
        capabilities = run(submit, "-u", server.url, "-c", cwd=tmp_path)
        assert capabilities.returncode == 0, capabilities.stderr
        assert {"POSTPKIOperation", "AES", "SHA-256"} <= set(capabilities.stdout.split())

        authority = run(submit, "-u", server.url, "-C", cwd=tmp_path)
        assert authority.returncode == 0, authority.stderr
        found = re.search(r"-----BEGIN CERT.*?END CERTIFICATE-----", authority.stdout, re.DOTALL)
        assert found
        assert x509.load_pem_x509_certificate(found.group().encode()) == server.certificate

        (tmp_path / "ra.pem").write_bytes(server.certificate.public_bytes(Encoding.PEM))
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        sent = scep_client.request(
            key,
            name="certmonger",
            challenge=CHALLENGE,
            authority=server.certificate,
            at=datetime.now(UTC),
        )
        (tmp_path / "request.b64").write_bytes(base64.encodebytes(sent.message))
        answered = run(
            submit, "-u", server.url, "-r", "ra.pem", "-N", "ra.pem", "-p", "-v", "request.b64",
            cwd=tmp_path,
        )  # fmt: skip
    assert len(server.issued) == 1, answered.stderr
    assert answered.returncode == 0, answered.stdout + answered.stderr
