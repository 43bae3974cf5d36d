"""Errors as the door tells them: problem details (RFC 9457), never more than the sentence."""

import json

import psycopg
import structlog
from django.db import OperationalError

from quartermaster.kernel.errors import HouseError
from quartermaster.mdm.door import Answer

log = structlog.get_logger(__name__)
TRY_LATER = {"Retry-After": "60"}


def problem(status: int, code: str, sentence: str) -> Answer:
    body = {"type": f"urn:quartermaster:{code}", "code": code, "status": status, "detail": sentence}
    headers = TRY_LATER if status >= 500 else {}  # noqa: PLR2004
    return Answer(json.dumps(body).encode(), status, "application/problem+json", headers)


def answer_to(error: Exception) -> Answer:
    """What a device is told when something went wrong.

    A passing fault is 503, never 401: at 401 a device forgets its enrolment.
    """
    if isinstance(error, HouseError):
        log.info("devices.refused", code=error.code, sentence=error.message)
        return problem(error.status, error.code, error.message)
    log.error("devices.failed", exc_info=error)
    if isinstance(error, psycopg.Error | OperationalError | TimeoutError):
        return problem(503, "try-later", "The server is not ready; try again later.")
    return problem(500, "internal-error", "Something went wrong here; it was noted.")
