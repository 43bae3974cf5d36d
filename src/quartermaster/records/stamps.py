"""Time stamps of the log's checkpoints by an authority outside (RFC 3161): asked for, verified.

A checkpoint that is stamped existed at that time whatever becomes of this installation's key.
"""

import re
from pathlib import Path

import httpx
from cryptography import x509
from django.conf import settings
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

LARGEST = 64 * 1024
PATIENCE = 15.0
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class NotStamped(Exception):  # noqa: N818 (an outcome)
    """The authority did not answer, or with something that is no stamp of this checkpoint."""


def asked_for() -> bool:
    """Whether an authority is set."""
    return bool(settings.ARCHIVE_TSA_URL)


def question(note: str) -> TimeStampRequest:
    """What is asked of the authority: the digest of a checkpoint, and a number used once."""
    builder = TimestampRequestBuilder().data(note.encode()).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=True).cert_request(cert_request=True).build()


def ask(request: bytes) -> bytes:
    """The authority's answer, unverified.

    Raises:
        NotStamped: it did not answer, or with something else.
    """
    headers = {"Content-Type": "application/timestamp-query"}
    try:
        with (
            httpx.Client(timeout=PATIENCE, follow_redirects=False) as client,
            client.stream(
                "POST", settings.ARCHIVE_TSA_URL, content=request, headers=headers
            ) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise NotStamped(f"The authority answered {answer.status_code}.")
            found = b""
            for chunk in answer.iter_bytes():
                found += chunk
                if len(found) > LARGEST:
                    raise NotStamped("The authority's answer is too large.")
    except httpx.HTTPError as problem:
        raise NotStamped("The authority did not answer.") from problem
    return found


def verified(note: str, answer: bytes, nonce: int) -> TimeStampResponse:
    """An answer that stamps this checkpoint, in answer to this question, by the authority set.

    Raises:
        NotStamped: it does not.
    """
    roots, others = _certificates()
    builder = VerifierBuilder(roots=roots, intermediates=others, nonce=nonce)
    try:
        stamp = decode_timestamp_response(answer)
        builder.build().verify_message(stamp, note.encode())
    except (VerificationError, ValueError) as problem:
        raise NotStamped(f"The answer is no stamp of this checkpoint: {problem}"[:300]) from problem
    return stamp


def _certificates() -> tuple[list[x509.Certificate], list[x509.Certificate]]:
    """The authority's certificates as they are set: those that sign themselves, and the others."""
    try:
        data = Path(settings.ARCHIVE_TSA_CERTIFICATES).read_bytes()
        found = [x509.load_pem_x509_certificate(one) for one in _PEM.findall(data)]
    except (OSError, ValueError) as problem:
        raise NotStamped("The authority's certificates cannot be read.") from problem
    roots = [one for one in found if one.issuer == one.subject]
    if not roots:
        raise NotStamped("No root certificate of the authority is set.")
    return roots, [one for one in found if one not in roots]
