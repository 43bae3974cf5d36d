"""What each address of the ACME service does, for a request that its account has proven."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from quartermaster.drivers.apple import attesting, means
from quartermaster.drivers.apple.acme.replies import (
    CHAIN,
    IDENTIFIER,
    NOTHING_HERE,
    Refusal,
    account_body,
    address,
    authorisation_body,
    challenge_body,
    json_answer,
    order_body,
    uuid_in,
)
from quartermaster.drivers.apple.issuing import identity_for, the_authority
from quartermaster.drivers.apple.wire import attestation, ca, csr, jws
from quartermaster.drivers.apple.wire.attestation import Properties
from quartermaster.drivers.apple.wire.errors import Malformed, Untrusted, WireError
from quartermaster.kernel.permits import Actor
from quartermaster.mdm import actions
from quartermaster.mdm.actions import orders
from quartermaster.mdm.actions.identities import Issuing
from quartermaster.mdm.actions.orders import Evidence
from quartermaster.mdm.door import Answer
from quartermaster.mdm.errors import ProofRefused
from quartermaster.mdm.models import AcmeAccount, CertificateOrder, Enrolment
from quartermaster.mdm.queries import context_of
from quartermaster.mdm.states import OrderState

STRANGER = Actor(label="a device that orders by ACME")
LONGEST_IDENTIFIER = 200
SOURCE = "ACME"


@dataclass(frozen=True)
class Call:
    """One proven request: by which account, for which row, with which payload."""

    account: AcmeAccount
    key: str
    message: jws.Message
    at: datetime

    @property
    def payload(self) -> dict[str, Any]:
        return jws.json_of(self.message)


def _own_account(call: Call) -> Answer:
    if call.key.partition("/")[0] != str(call.account.id):
        raise Refusal("unauthorized", "That is another account.", 403)
    return json_answer(account_body(call.account))


def _new_order(call: Call) -> Answer:
    listed = call.payload.get("identifiers")
    if not isinstance(listed, list) or len(listed) != 1 or not isinstance(listed[0], dict):
        raise Malformed("Order for exactly one identifier.")
    kind, value = listed[0].get("type"), listed[0].get("value")
    if kind != IDENTIFIER:
        raise Refusal("unsupportedIdentifier", f"Only {IDENTIFIER} is certified here.")
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_IDENTIFIER:
        raise Refusal("rejectedIdentifier", "The identifier is missing or too long.")
    order = actions.place_order(
        account=call.account, identifier=value, means=means.ACME, actor=STRANGER, at=call.at
    )
    return json_answer(order_body(order), status=201, Location=address("order", str(order.id)))


def _order(call: Call) -> Answer:
    name, _, verb = call.key.partition("/")
    order = _named(call, name)
    if verb == "finalize":
        return _finalize(call, order)
    if verb:
        raise Refusal("malformed", NOTHING_HERE, 404)
    return json_answer(order_body(order))


def _authorisation(call: Call) -> Answer:
    return json_answer(authorisation_body(_named(call, call.key)))


def _challenge(call: Call) -> Answer:
    """Take the attestation of an order's key. A challenge that was answered stays as it is."""
    order = _named(call, call.key)
    if order.state == OrderState.PENDING and call.message.payload:
        _attest(order, call)
    up = f'<{address("authorisation", str(order.id))}>;rel="up"'
    return json_answer(challenge_body(order), Link=up)


def _attest(order: CertificateOrder, call: Call) -> None:
    given = call.payload.get("attObj")
    if not isinstance(given, str):
        raise Malformed("The answer has no attestation object.")
    try:
        chain = attestation.chain_of(jws.decoded(given))
        properties = attestation.verify(chain, attesting.anchors(), call.at)
        _require_for(order, properties)
    except WireError as refused:
        actions.fail_order(order=order, problem=str(refused), actor=STRANGER, at=call.at)
        return
    context = context_of(orders.device_of(order))
    facts = dict(attesting.facts_of(properties, context))
    evidence = Evidence(properties.public_key, facts, SOURCE)
    actions.prove_order(order=order, evidence=evidence, actor=STRANGER, at=call.at)


def _require_for(order: CertificateOrder, properties: Properties) -> None:
    """The attestation must be made for this challenge, by the device that the order is for."""
    if properties.freshness != hashlib.sha256(order.token.encode()).digest():
        raise Untrusted("The attestation was not made for this challenge.")
    device = orders.device_of(order)
    known = {device.udid}
    if order.renewal is not None:
        known.add(order.renewal.enrolment.external_id)
    context = context_of(device)
    ids = frozenset(known - {""})
    if problem := attesting.mismatch(properties, context, device.serial, ids):
        raise Untrusted(problem)


def _finalize(call: Call, order: CertificateOrder) -> Answer:
    if order.state != OrderState.READY:
        raise Refusal("orderNotReady", f"The order is {order.state}.", 403)
    given = call.payload.get("csr")
    if not isinstance(given, str):
        raise Malformed("There is no certificate request.")
    opened = the_authority(call.at)

    def chain(issued: x509.Certificate) -> bytes:
        both = (issued, opened.certificate)
        return b"".join(item.public_bytes(Encoding.PEM) for item in both)

    try:
        request = csr.load(jws.decoded(given))
        key = request.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

        def sign(enrolment: Enrolment) -> x509.Certificate:
            return identity_for(enrolment, request, call.at)

        actions.finish_order(
            order=order,
            key=key,
            issuing=Issuing(means.ACME, sign, ca.fingerprint, attested=True),
            chain=chain,
            actor=STRANGER,
            at=call.at,
        )
    except (WireError, ProofRefused) as refused:
        raise Refusal("badCSR", str(refused)) from refused
    return json_answer(order_body(order), Location=address("order", str(order.id)))


def _certificate(call: Call) -> Answer:
    order = _named(call, call.key)
    if order.chain is None:
        raise Refusal("malformed", "There is no certificate yet.", 404)
    return Answer(bytes(order.chain), media_type=CHAIN)


def _named(call: Call, name: str) -> CertificateOrder:
    key = uuid_in(name)
    if key is None:
        raise Refusal("malformed", NOTHING_HERE, 404)
    return orders.order_of(call.account, key, call.at)


HANDLERS: Mapping[str, Callable[[Call], Answer]] = {
    "account": _own_account,
    "new-order": _new_order,
    "order": _order,
    "authorisation": _authorisation,
    "challenge": _challenge,
    "certificate": _certificate,
}
