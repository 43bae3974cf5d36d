"""The token by which Apple knows that a device is of the organisation of a Managed Apple Account.

It is signed with the key that the City's MDM server has at Apple's portal: the one for which the
server token was made. A server token that was brought from elsewhere came without it.
"""

from datetime import datetime
from uuid import UUID, uuid4

from quartermaster.drivers.apple.ade import session, token
from quartermaster.drivers.apple.push_certificate import DRIVER
from quartermaster.drivers.apple.wire import jwt
from quartermaster.mdm.credentials import active_credential, open_secret
from quartermaster.mdm.errors import ListRefused, ListTrouble

SERVICE = "com.apple.maid"
_servers: dict[UUID, str] = {}


def token_for_account(at: datetime) -> bytes | None:
    """A token, good once; None where this installation has no key at Apple's portal.

    Raises:
        ListRefused: Apple's service did not say, as which server it knows us.
    """
    credential = active_credential(DRIVER, token.ADE.name)
    if credential is None:
        return None
    secret = open_secret(credential)
    key = token.signing_key(secret)
    if key is None:
        return None
    if credential.id not in _servers:
        with session.opened(secret) as opened:
            server = opened.server_id()
        if not server:
            raise ListRefused(ListTrouble.OTHER, "Apple did not say as which server it knows us.")
        _servers[credential.id] = server
    claims: dict[str, str | int] = {
        "iss": _servers[credential.id],
        "iat": int(at.timestamp()),
        "jti": str(uuid4()),
        "service_type": SERVICE,
    }
    return jwt.signed(claims, key)
