"""Orders for certificates (RFC 8555): placed on a one-time identifier, proven, finished once."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from quartermaster.jobs.acts import act
from quartermaster.kernel import vault
from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.permits import Actor
from quartermaster.mdm import errors
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.actions.identities import Issuing, Leave, issue_for, leave_for, still_good
from quartermaster.mdm.events import PostureReported
from quartermaster.mdm.models import AcmeAccount, CertificateOrder, SpentNonce
from quartermaster.mdm.posture import Fact
from quartermaster.mdm.states import ORDER, PROOF, OrderState

NONCE_LIFE = timedelta(hours=1)
ORDER_LIFE = timedelta(hours=1)
CERTIFICATE_KEPT = timedelta(days=1)
ACCOUNT_LIFE = timedelta(days=2)
MOST_ORDERS = 5  # on one leave, so that whoever intercepts an identifier cannot go on for ever
_NONCE_PLACE = "mdm.nonce"


@dataclass(frozen=True)
class Evidence:
    """What was proven: the key (as it is certified), and facts about the device."""

    key: bytes
    facts: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""


def new_nonce(at: datetime) -> str:
    """A nonce that only this installation can have made, and that is good once, for an hour."""
    until = int((at + NONCE_LIFE).timestamp()).to_bytes(8, "big")
    return vault.seal(until, place=_NONCE_PLACE).hex()


def spend_nonce(nonce: str, at: datetime) -> None:
    """Use a nonce up.

    Raises:
        NonceRefused: not ours, too old, or used.
    """
    try:
        until = vault.unseal(bytes.fromhex(nonce), place=_NONCE_PLACE)
    except (ValueError, HouseError) as problem:
        raise errors.NonceRefused("The nonce is not from here.") from problem
    expires_at = datetime.fromtimestamp(int.from_bytes(until, "big"), UTC)
    if expires_at <= at:
        raise errors.NonceRefused("The nonce is too old.")
    digest = hashlib.sha256(bytes.fromhex(nonce)).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO mdm_spentnonce (digest, expires_at) VALUES (%s, %s)"
            " ON CONFLICT DO NOTHING",
            [digest, expires_at],
        )
        if cursor.rowcount != 1:
            raise errors.NonceRefused("The nonce was used already.")


def open_account(
    *, thumbprint: str, key: Mapping[str, Any], at: datetime
) -> tuple[AcmeAccount, bool]:
    """The account of a key, and whether it is new. A key names nobody and opens nothing."""
    account, created = AcmeAccount.objects.get_or_create(
        thumbprint=thumbprint,
        defaults={"key": dict(key), "created_at": at, "expires_at": at + ACCOUNT_LIFE},
    )
    if not created:
        AcmeAccount.objects.filter(id=account.id).update(expires_at=at + ACCOUNT_LIFE)
    return account, created


def place_order(
    *, account: AcmeAccount, identifier: str, means: str, actor: Actor, at: datetime
) -> CertificateOrder:
    """Order a certificate on a one-time identifier that was given out for it (G-10).

    Raises:
        ChallengeRefused: the identifier is wrong, used, or too old; or too often tried.
    """
    leave = leave_for(identifier, means, at)
    on_it = CertificateOrder.objects.filter(invitation=leave.invitation, renewal=leave.renewal)
    if on_it.count() >= MOST_ORDERS:
        raise errors.ChallengeRefused("The identifier was tried too often; ask for a new profile.")
    order = CertificateOrder(
        account=account,
        invitation=leave.invitation,
        renewal=leave.renewal,
        token=secrets.token_urlsafe(32),
        created_at=at,
        expires_at=at + ORDER_LIFE,
    )
    order.sealed_identifier = vault.seal(identifier.encode(), place=_place(order))
    with act(actor, at) as doing:
        order.save(force_insert=True)
        doing.record("mdm.order.placed", order, device=device_of(order).asset_tag)
    return order


def _place(order: CertificateOrder) -> str:
    return f"mdm.order/{order.id}/identifier"


def identifier_of(order: CertificateOrder) -> str:
    """The identifier, for the account that ordered with it."""
    return vault.unseal(bytes(order.sealed_identifier), place=_place(order)).decode()


def leave_of(order: CertificateOrder) -> Leave:
    return Leave(order.invitation, order.renewal)


def device_of(order: CertificateOrder) -> Any:
    """The device that the certificate is to be for."""
    if order.renewal is not None:
        return order.renewal.enrolment.device
    assert order.invitation is not None
    return order.invitation.device


def order_of(account: AcmeAccount, order_id: UUID, at: datetime) -> CertificateOrder:
    """An account's own order.

    Raises:
        OrderRefused: another account's, or none.
    """
    found = CertificateOrder.objects.select_related(
        "invitation__device", "renewal__enrolment__device"
    )
    order = found.filter(id=order_id, account=account, expires_at__gt=at).first()
    if order is None:
        raise errors.OrderRefused("This account has no such order.")
    return order


def prove_order(*, order: CertificateOrder, evidence: Evidence, actor: Actor, at: datetime) -> None:
    """Keep what was proven; the order is ready for the one key that was (G-10)."""
    with act(actor, at) as doing:
        _move(
            order,
            "prove",
            proof=PROOF.transitions["prove"].target,
            proven_key=evidence.key,
            evidence={"facts": dict(evidence.facts), "source": evidence.source},
        )
        doing.record("mdm.order.proven", order, device=device_of(order).asset_tag)


def fail_order(*, order: CertificateOrder, problem: str, actor: Actor, at: datetime) -> None:
    """The proof did not hold, or what was to be certified is not what was proven (G-10)."""
    proof = PROOF.transitions["fail"]
    with act(actor, at) as doing:
        failed = {"proof": proof.target} if order.proof in proof.sources else {}
        _move(order, "fail", problem=problem[:300], **failed)
        doing.record(
            "mdm.order.failed", order, device=device_of(order).asset_tag, problem=problem[:300]
        )


def finish_order(
    *, order: CertificateOrder, key: bytes, issuing: Issuing, chain: Any, actor: Actor, at: datetime
) -> CertificateOrder:
    """Issue what was ordered, for the key that was proven and no other, once (G-10).

    ``chain`` renders an issued certificate as it is handed out.

    Raises:
        ProofRefused: the key is another.
        OrderRefused: the order is not ready.
        ChallengeRefused: the leave was used up or ran out meanwhile.
    """
    if order.state != OrderState.READY:
        raise errors.OrderRefused("The order is not ready.")
    if not secrets.compare_digest(bytes(order.proven_key or b""), key):
        raise errors.ProofRefused("The request is for another key than the one that was proven.")
    leave = leave_of(order)
    if not still_good(leave, issuing.means, at):
        raise errors.ChallengeRefused("The identifier was used or is too old.")
    with act(actor, at) as doing:
        issued = issue_for(leave=leave, issuing=issuing, actor=actor, at=at)
        _move(
            order,
            "finish",
            certificate=issued.row,
            chain=chain(issued.certificate),
            expires_at=at + CERTIFICATE_KEPT,
        )
        if facts := order.evidence.get("facts"):
            source, device = order.evidence["source"], device_of(order)
            keep_facts(device.id, {name: Fact(value, source, at) for name, value in facts.items()})
            doing.emit(PostureReported(device_id=device.id))
    return order


def _move(order: CertificateOrder, verb: str, **more: Any) -> None:
    step = ORDER.transitions[verb]
    rows = CertificateOrder.objects.filter(id=order.id, state__in=step.sources)
    if rows.update(state=step.target, **more) != 1:
        raise errors.OrderRefused("The order is not in the state for this.")
    order.refresh_from_db(fields=["state", *more])


def expire_orders(*, at: datetime) -> int:
    """Forget orders, accounts and nonces whose time is over; how many rows there were."""
    orders, _ = CertificateOrder.objects.filter(expires_at__lte=at).delete()
    accounts, _ = AcmeAccount.objects.filter(expires_at__lte=at, orders=None).delete()
    nonces, _ = SpentNonce.objects.filter(expires_at__lte=at).delete()
    return orders + accounts + nonces
