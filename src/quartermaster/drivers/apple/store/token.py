"""The content token of a location of Apps and Books, as its portal hands it out."""

import base64
import binascii
import json
from datetime import datetime

from django.utils.timezone import localdate

from quartermaster.drivers.apple.store.reading import moment
from quartermaster.drivers.apple.wire.errors import Malformed, Untrusted
from quartermaster.mdm.abilities import Credential, CredentialKind

LARGEST = 64 * 1024
APPS = CredentialKind(
    name="apps",
    title="Apps and Books token",
    purpose="Licences that the City bought in Apps and Books are given to devices and people with"
    " it, and taken back.",
    lapse="When it runs out no licence can be given or taken back; applications that are installed"
    " stay.",
    steps=(
        "Sign in to Apple Business Manager as a content manager.",
        "Open the preferences, then Payments and Billing, then Apps and Books.",
        "Download the content token of the City's location and bring it here unchanged.",
    ),
    new_identity="Licences of another organisation would be given out from now on.",
)


def read(content: bytes, _password: str, at: datetime) -> Credential:
    """A token as downloaded: base64 of JSON with the token, the organisation and the end."""
    if len(content) > LARGEST:
        raise Malformed("A content token is not so large.")
    text = content.strip()
    try:
        said = json.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, RecursionError) as problem:
        raise Malformed("This is no content token of Apps and Books.") from problem
    if not isinstance(said, dict) or not isinstance(said.get("token"), str) or not said["token"]:
        raise Malformed("The file has no token in it.")
    expires_at = _end(said.get("expDate") or said.get("exp"))
    if expires_at <= at:
        raise Untrusted(f"The token ran out on {localdate(expires_at):%B %-d, %Y}.")
    organisation = str(said.get("orgName") or "")[:200]
    return Credential(
        secret=text,
        label=organisation or APPS.title,
        identity=organisation,
        public={"organisation": organisation},
        expires_at=expires_at,
    )


def _end(value: object) -> datetime:
    found = moment(value)
    if found is None:
        raise Malformed("The token does not say when it runs out.")
    return found
