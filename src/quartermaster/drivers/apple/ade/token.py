"""The server token as a credential: the certificate for Apple's portal, and what comes back."""

import json
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.utils.timezone import localdate

from quartermaster.drivers.apple.wire import servertoken
from quartermaster.drivers.apple.wire.errors import Untrusted
from quartermaster.drivers.apple.wire.servertoken import ServerToken
from quartermaster.mdm.abilities import Credential, CredentialKind, Requested

KEY = "signing_key"
PORTAL = "business.apple.com"
ADE = CredentialKind(
    name="ade",
    title="Server token for automated enrolment",
    purpose="With it this server reads Apple's list of the devices that the City bought, and has"
    " them enrol by themselves when they are set up.",
    lapse="When it runs out, devices bought from then on are not known here and do not enrol by"
    " themselves. Devices that are enrolled are not affected.",
    steps=(
        "Make a request here and download it: it is a certificate with our public key.",
        (
            f"Sign in at {PORTAL} as a device enrolment manager, open Preferences and the MDM"
            " server of the City (add one for the very first token)."
        ),
        "Upload the certificate there, save, and choose Download Token.",
        "Upload the file that you get (its name ends in .p7m) here.",
    ),
    new_identity="It belongs to another MDM server of the portal, or to another organisation: the"
    " devices of the present one leave the list here.",
    request_name="automated-enrolment.pem",
)


def request(at: datetime) -> Requested:
    """A key, and the certificate that carries its public half to Apple's portal."""
    key = servertoken.new_key()
    made = servertoken.certificate(key, settings.CITY, at)
    return Requested(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        made.public_bytes(Encoding.PEM),
    )


def complete(secret: bytes, content: bytes, at: datetime) -> Credential:
    """The token that Apple made for our certificate."""
    key = load_pem_private_key(secret, None)
    assert isinstance(key, rsa.RSAPrivateKey)  # we made it
    try:
        token = servertoken.open_token(content, key)
    except Untrusted as problem:
        raise Untrusted(
            "This token was not made for the request that is under way here. Upload the"
            " certificate of this request at the portal and download the token again."
        ) from problem
    return _credential(token, at, secret)


def read(content: bytes, _password: str, at: datetime) -> Credential:
    """A token that is open already, from the server that had it before."""
    return _credential(servertoken.read(content), at)


def signing_key(secret: bytes) -> rsa.RSAPrivateKey | None:
    """The key for which the token was made, as Apple's portal has its public half.

    None for a token that was brought from elsewhere, or kept before the key was.
    """
    pem = json.loads(secret).get(KEY)
    if not pem:
        return None
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)  # we made it
    return key


def _credential(token: ServerToken, at: datetime, key: bytes = b"") -> Credential:
    if token.expires_at <= at:
        raise Untrusted(f"The token ran out on {localdate(token.expires_at):%B %-d, %Y}.")
    return Credential(
        secret=_kept(token, key),
        label=ADE.title,
        identity=token.consumer_key,
        public={"consumer_key": token.consumer_key},
        expires_at=token.expires_at,
    )


def _kept(token: ServerToken, key: bytes) -> bytes:
    """The token with its key, which also signs what devices show to Apple's identity service."""
    if not key:
        return token.dump()
    return json.dumps({**json.loads(token.dump()), KEY: key.decode()}).encode()
