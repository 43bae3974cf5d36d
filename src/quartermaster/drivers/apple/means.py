"""By which means a device asks for its identity, and what its profile says of it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings

from quartermaster.drivers.apple import attesting
from quartermaster.drivers.apple.hardware import surely_attested, why_not_attested
from quartermaster.drivers.apple.issuing import the_authority, topic_of
from quartermaster.drivers.apple.verbs import order
from quartermaster.drivers.apple.wire import ca, cms, commands, profile
from quartermaster.inventory.models import Platform
from quartermaster.mdm.abilities import RenewalOrder, Renewing
from quartermaster.mdm.driver import Context
from quartermaster.mdm.errors import NotPossible

IDENTIFIER = "org.quartermaster.enrolment"
SCEP, ACME = "SCEP", "ACME"
RENEWAL_KEY = "renew:identity"
Terms = dict[str, Any]


def means_for(context: Context) -> str:
    """The means for a device, by what is known of it and what the installation wants.

    Preferred: a device of which nothing is known enrols by SCEP, and moves to a key in its
    hardware when its identity is renewed.

    Raises:
        NotPossible: keys in the hardware are required and this device has none.
    """
    if settings.APPLE_ACME == "required":
        if problem := why_not_attested(context):
            raise NotPossible(f"{problem} This installation requires keys in the hardware.")
        return ACME
    known = surely_attested(context) and not attesting.why_not(context)
    return ACME if settings.APPLE_ACME == "preferred" and known else SCEP


def asked(
    challenge: str, name: str, means: str, context: Context, at: datetime
) -> profile.Enrolment:
    """What differs from one enrolment profile to the next."""
    opened = the_authority(at)
    mac = (profile.PER_USER_CONNECTIONS, profile.BOOTSTRAP_TOKEN)
    return profile.Enrolment(
        identifier=IDENTIFIER,
        organisation=settings.CITY,
        server_url=f"{settings.DEVICES_URL}/mdm/apple",
        check_in_url=f"{settings.DEVICES_URL}/mdm/apple",
        scep_url=f"{settings.DEVICES_URL}/scep",
        acme_url=f"{settings.DEVICES_URL}/acme/directory" if means == ACME else "",
        challenge=challenge,
        topic=topic_of(opened),
        common_name=name,
        authority_fingerprint=ca.fingerprint(opened.certificate),
        capabilities=(
            *(mac if context.platform == Platform.MACOS else ()),
            profile.SERVICE_TOKEN,
        ),
    )


def terms_of(made: dict[str, Any], means: str, *, signed: bool) -> Terms:
    """What of an enrolment profile a renewed one must repeat. Nothing in it is secret."""
    management = profile.management_of(made)
    topic = management["Topic"]
    return {"management": management, "means": means, "signed": signed, "topic": topic}


def renewal(renewing: Renewing) -> RenewalOrder:
    """The enrolment profile again, the same but for the identity, as a command."""
    context, at = renewing.context, renewing.at
    means = means_for(context)
    wanted = asked(renewing.challenge, str(renewing.enrolment_id), means, context, at)
    if former := renewing.terms.get("identifier"):  # a device that another server enrolled
        wanted = replace(wanted, identifier=former)
    management = renewing.terms.get("management") or _reconstructed(wanted, renewing)
    body = profile.render(profile.renewed_enrolment(wanted, management))
    if renewing.terms.get("signed", True):
        opened = the_authority(at)
        body = cms.sign(body, opened.certificate, opened.key)
    return RenewalOrder(order(commands.install_profile(body), RENEWAL_KEY, secret=True), means)


def _reconstructed(wanted: profile.Enrolment, renewing: Renewing) -> Terms:
    """What the profile said of management, for devices that enrolled before that was kept."""
    personal = renewing.context.personal
    made = profile.personal_enrolment(wanted) if personal else profile.city_enrolment(wanted)
    return profile.management_of(made) | {"Topic": renewing.topic}
