"""Telling ITMD of credentials that run out or are not taken."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import permits
from quartermaster.mdm.credentials import able_driver, listening
from quartermaster.mdm.errors import CredentialUnusable
from quartermaster.mdm.models import CredentialWarning, ServiceCredential
from quartermaster.mdm.rules.credentials import warning_due, words_left
from quartermaster.mdm.states import CredentialStanding
from quartermaster.notify.actions import send
from quartermaster.org.models import Person
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role

EXPIRY, TROUBLE = "mdm/notices/credential-expiry", "mdm/notices/credential-trouble"


def warn_of_expiry(*, actor: Actor, at: datetime) -> int:
    """Tell ITMD's administrators of each credential that reached a new step; how many (G-10)."""
    require(actor, permits.CREDENTIAL_MANAGE)
    ending = ServiceCredential.objects.filter(
        standing=CredentialStanding.ACTIVE, expires_at__isnull=False
    ).prefetch_related("warnings")
    return sum(_warn(credential, actor, at) for credential in ending)


def _warn(credential: ServiceCredential, actor: Actor, at: datetime) -> bool:
    step = warning_due(credential.expires_at, at)
    if step is None or any(item.days == step for item in credential.warnings.all()):
        return False
    people = list(people_with_role(Role.ITMD_ADMIN, at))
    if not people or credential.expires_at is None:
        return False  # told as soon as there is somebody to tell
    left = words_left(credential.expires_at, at)
    try:
        with act(actor, at) as doing:
            with transaction.atomic():
                CredentialWarning.objects.create(credential=credential, days=step, told_at=at)
            for person in people:
                key = f"mdm.credential.expiry/{credential.id}/{step}/{person.id}"
                _send(EXPIRY, credential, person, {"left": left}, key, actor, at)
            doing.record("mdm.credential.expiry-told", credential, days=step, left=left)
    except IntegrityError:  # another worker told them at the same time
        return False
    return True


def tell_of_trouble(
    *, credential: ServiceCredential, said: str, actor: Actor, at: datetime
) -> None:
    """Tell ITMD's administrators that a service does not take a credential, once a day (G-10)."""
    require(actor, permits.CREDENTIAL_MANAGE)
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    for person in people_with_role(Role.ITMD_ADMIN, at):
        key = f"mdm.credential.trouble/{credential.id}/{localdate(at)}/{digest}/{person.id}"
        _send(TROUBLE, credential, person, {"said": said}, key, actor, at)


def _send(
    template: str,
    credential: ServiceCredential,
    person: Person,
    more: Mapping[str, Any],
    key: str,
    actor: Actor,
    at: datetime,
) -> None:
    try:
        kind = able_driver(credential.driver, credential.kind)[1]
    except CredentialUnusable:  # a driver that this installation had once
        return
    devices = listening(credential.driver, credential.identity).count() if kind.wakes else 0
    send(
        template=template,
        to=person.email,
        name=person.name,
        context={
            "kind": kind,
            "credential": credential,
            "devices": devices,
            "address": f"{settings.WEB_URL}/service-credentials/{credential.driver}/{kind.name}/",
            **more,
        },
        key=key,
        actor=actor,
        at=at,
        about=credential,
    )
