"""What ACME says back (RFC 8555): objects of orders, authorisations and challenges; problems."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings

from quartermaster.mdm.actions import orders
from quartermaster.mdm.door import Answer
from quartermaster.mdm.models import AcmeAccount, CertificateOrder
from quartermaster.mdm.states import OrderState, ProofState

JSON, PROBLEM, CHAIN = (
    "application/json",
    "application/problem+json",
    "application/pem-certificate-chain",
)
IDENTIFIER, CHALLENGE = "permanent-identifier", "device-attest-01"
_ERRORS = "urn:ietf:params:acme:error"


class Refusal(Exception):  # noqa: N818 (an outcome, not a fault)
    """A problem of RFC 8555, section 6.7."""

    def __init__(self, kind: str, detail: str, status: int = 400) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.status = kind, detail, status


NOTHING_HERE = "There is nothing at this address."


def address(*parts: str) -> str:
    return "/".join([settings.DEVICES_URL, "acme", *parts])


def problem(refusal: Refusal) -> Answer:
    body = {
        "type": f"{_ERRORS}:{refusal.kind}",
        "detail": refusal.detail,
        "status": refusal.status,
    }
    return Answer(json.dumps(body).encode(), refusal.status, PROBLEM)


def json_answer(body: Mapping[str, Any], status: int = 200, **headers: str) -> Answer:
    return Answer(json.dumps(body).encode(), status, JSON, headers)


def uuid_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def directory_body() -> dict[str, Any]:
    return {
        "newNonce": address("new-nonce"),
        "newAccount": address("new-account"),
        "newOrder": address("new-order"),
        "meta": {"website": settings.DEVICES_URL},
    }


def account_body(account: AcmeAccount) -> dict[str, Any]:
    return {"status": "valid", "orders": address("account", str(account.id), "orders")}


def order_body(order: CertificateOrder) -> dict[str, Any]:
    body = {
        "status": order.state,
        "expires": order.expires_at.isoformat(),
        "identifiers": [_identifier(order)],
        "authorizations": [address("authorisation", str(order.id))],
        "finalize": address("order", str(order.id), "finalize"),
    }
    if order.state == OrderState.VALID:
        body["certificate"] = address("certificate", str(order.id))
    return body | _error(order)


def authorisation_body(order: CertificateOrder) -> dict[str, Any]:
    return {
        "status": order.proof,
        "expires": order.expires_at.isoformat(),
        "identifier": _identifier(order),
        "challenges": [challenge_body(order)],
    }


def challenge_body(order: CertificateOrder) -> dict[str, Any]:
    body = {
        "type": CHALLENGE,
        "url": address("challenge", str(order.id)),
        "status": order.proof,
        "token": order.token,
    }
    return body | (_error(order) if order.proof == ProofState.INVALID else {})


def _error(order: CertificateOrder) -> dict[str, Any]:
    if not order.problem:
        return {}
    kind = f"{_ERRORS}:badAttestationStatement"
    return {"error": {"type": kind, "detail": order.problem, "status": 403}}


def _identifier(order: CertificateOrder) -> dict[str, str]:
    return {"type": IDENTIFIER, "value": orders.identifier_of(order)}
