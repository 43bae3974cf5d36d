"""A real nginx that ends mutual TLS before the door, and passes the certificates on."""

import ssl
import subprocess
import time
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import quote

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from quartermaster.drivers.apple.wire import plist
from quartermaster.kernel.clock import now
from quartermaster.mdm.authority import active
from quartermaster.simulators.apple import iphone
from tests.interop.doors import devices_door, free_port
from tests.interop.tools import tool
from tests.plugins.checked import CheckedDevice

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
HEADER = "X-Client-Cert"
PROXY = "127.0.0.2"  # nginx speaks from here, so that the door can tell it from everybody else
PATIENCE = 30

CONFIGURATION = """
daemon off; pid {folder}/pid; error_log {folder}/errors warn; worker_processes 1;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies; proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
        ssl_client_certificate {folder}/authority.pem; ssl_verify_client optional;
        location / {{
            proxy_pass {door};
            proxy_bind {proxy};
            proxy_set_header {header} $ssl_client_escaped_cert;
        }}
    }}
}}
"""


def _keep(folder, name, key, certificate):
    """A key and its certificate as files; the paths."""
    plain = serialization.NoEncryption()
    pem = key.private_bytes(Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / f"{name}.key").write_bytes(pem)
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    return str(folder / f"{name}.pem"), str(folder / f"{name}.key")


def _of_the_server():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "the proxy of a test")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    return key, certificate


@contextmanager
def nginx(folder, door):
    """The address of an nginx before the door."""
    port = free_port()
    _keep(folder, "server", *_of_the_server())
    authority = active()
    assert authority is not None
    (folder / "authority.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    written = CONFIGURATION.format(folder=folder, port=port, door=door, proxy=PROXY, header=HEADER)
    (folder / "nginx.conf").write_text(written)
    process = subprocess.Popen(
        [tool("nginx"), "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "errors"]
    )
    try:
        _wait(process, folder, port)
        yield f"https://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait(process, folder, port):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, (folder / "errors").read_text()
        try:
            httpx.get(f"http://127.0.0.1:{port}/")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("nginx did not begin.")


def trusting(folder, identity=None):
    """A client that trusts the proxy, with a device's identity or none."""
    context = ssl.create_default_context(cafile=str(folder / "server.pem"))
    if identity is not None:
        context.load_cert_chain(*_keep(folder, "device", identity.key, identity.certificate))
    return httpx.Client(verify=context, timeout=30)


@pytest.fixture
def folder(tmp_path):
    tmp_path.chmod(0o755)
    return tmp_path


@pytest.mark.clause("G-10")
def test_a_device_is_known_by_the_certificate_that_it_showed_to_the_proxy(invited, folder):
    tool("nginx")
    (_, first), (_, second) = invited("PH-1"), invited("PH-2")
    settings = {
        "device_certificate_header": HEADER,
        "trusted_proxies": f'["{PROXY}/32"]',
    }
    with devices_door(**settings) as door, httpx.Client(timeout=30) as plain:
        phone, other = CheckedDevice(plain, iphone()), CheckedDevice(plain, iphone())
        phone.enrol(f"{door}{first}")
        other.enrol(f"{door}{second}")
        body = plist.dumps({"Status": "Idle", "UDID": phone.state.udid})
        escaped = _escaped(phone.identity.certificate)
        with (
            nginx(folder, door) as proxy,
            trusting(folder, phone.identity) as own,
            trusting(folder) as bare,
        ):

            def says(client, address, **headers):
                answer = client.put(f"{address}/mdm/apple", content=body, headers=headers)
                return answer.status_code

            signed_by_other = other._signed(body)
            assert says(own, proxy) == 200  # by TLS alone
            assert says(own, proxy, **phone._signed(body)) == 200
            assert says(bare, proxy, **phone._signed(body)) == 200  # by its signature alone
            assert says(bare, proxy) == 403  # by nothing
            assert says(bare, proxy, **{HEADER: escaped}) == 403  # nginx drops what it did not see
            assert says(plain, door, **{HEADER: escaped}) == 403  # not from the proxy
            assert says(own, proxy, **signed_by_other) == 403  # two proofs of two devices


def _escaped(certificate):
    return quote(certificate.public_bytes(Encoding.PEM).decode(), safe="")
