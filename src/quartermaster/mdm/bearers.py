"""The token that a device enrolled by account brings with each message: whether it is its own."""

from typing import Any

from psycopg import AsyncConnection

from quartermaster.mdm.tokens import token_hash

_OWN = """
SELECT EXISTS (
    SELECT 1 FROM mdm_certificate c
    JOIN mdm_enrolment e ON e.id = c.enrolment_id
    JOIN mdm_accountgrant g ON g.invitation_id = e.invitation_id
    WHERE c.fingerprint = %(fingerprint)s AND g.token_hash = %(token)s
)
"""


async def is_own(connection: AsyncConnection[Any], *, fingerprint: bytes, token: str) -> bool:
    """Whether the enrolment of this certificate came by the sign-in that made this token."""
    values = {"fingerprint": fingerprint, "token": token_hash(token)}
    cursor = await connection.execute(_OWN, values)
    row = await cursor.fetchone()
    return bool(row and row[0])
