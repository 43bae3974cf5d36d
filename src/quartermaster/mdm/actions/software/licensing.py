"""The licence that an application of the store needs on one device."""

from quartermaster.inventory.models import Device
from quartermaster.jobs.acts import Act
from quartermaster.mdm.delivering import delivering
from quartermaster.mdm.models import (
    Enrolment,
    Licence,
    LicencePool,
    LicenceUser,
    Software,
    StoredFact,
)
from quartermaster.mdm.posture import DEVICE_SERIAL
from quartermaster.mdm.software_states import LICENCE, LicenceState, LicenceUserState
from quartermaster.org.models import Standing

NO_POOL = "No licence is known: buy it in the maker's portal, then look there again."
NO_SERIAL = "The serial number of the device is not known, so it can be given no licence."
NOT_FOR_DEVICES = "The maker gives licences of this to people only, not to devices."
WAITING = "Waiting for a licence."
LEFT = "The holder has left the City's service."
NO_ACCOUNT = (
    "The holder has no account of the City's at the maker (no e-mail address is known), so they"
    " can be given no licence."
)


def pool_of(software: Software, driver: str) -> LicencePool | None:
    """What the City owns of an application of the store."""
    if not software.store_id:
        return None
    return (
        LicencePool.objects.filter(driver=driver, store_id=software.store_id, gone_at=None)
        .order_by("pricing")
        .last()  # STDQ; the other quality is for books
    )


def external_version_of(software: Software, driver: str) -> int | None:
    """The store's number of the version that may be had, where it is known."""
    pool = pool_of(software, driver)
    return pool.latest_external if pool else None


def hold_licence(software: Software, enrolment: Enrolment, doing: Act) -> str:
    """See to it that there is a licence; empty if there is, else why there is none yet (G-4)."""
    pool = pool_of(software, enrolment.driver)
    if pool is None:
        return NO_POOL
    if enrolment.device.personal:
        return _of_the_holder(pool, enrolment, doing)
    serial = serial_of(enrolment)
    if not serial:
        return NO_SERIAL
    if not pool.device_assignable:
        return NOT_FOR_DEVICES
    return _held(pool, doing, serial=serial, device=enrolment.device)


def _of_the_holder(pool: LicencePool, enrolment: Enrolment, doing: Act) -> str:
    """A licence for a personal device is its holder's, by their account at the maker."""
    account = account_of(enrolment)
    if enrolment.person.standing == Standing.SEPARATED:
        return LEFT
    if not account:
        return NO_ACCOUNT
    return _held(pool, doing, user=_user(enrolment, account, doing))


def _user(enrolment: Enrolment, account: str, doing: Act) -> LicenceUser:
    """The person at the service; who came back, or whose account is another, is told anew."""
    user, _ = LicenceUser.objects.get_or_create(
        driver=enrolment.driver,
        person_id=enrolment.person_id,
        defaults={
            "reference": str(enrolment.person_id),
            "account": account,
            "changed_at": doing.at,
            "due_at": doing.at,
        },
    )
    if user.account == account and user.state != LicenceUserState.RETIRED:
        return user
    # one of whom the service is just being told to forget is told of again after that
    LicenceUser.objects.filter(id=user.id, event=None).update(
        account=account,
        state=LicenceUserState.WANTED,
        attempts=0,
        reason="",
        changed_at=doing.at,
        due_at=doing.at,
    )
    return user


def serial_of(enrolment: Enrolment) -> str:
    """The serial number from the inventory, or as the device said it itself."""
    if enrolment.device.serial:
        return enrolment.device.serial
    said = StoredFact.objects.filter(device_id=enrolment.device_id, key=DEVICE_SERIAL).first()
    return str(said.value)[:40] if said and said.value else ""


def account_of(enrolment: Enrolment) -> str:
    """The account at the maker's under which a person has licences."""
    driver = delivering(enrolment.driver)
    return driver.account_of(enrolment.person) if driver and enrolment.person.email else ""


def _held(
    pool: LicencePool,
    doing: Act,
    *,
    serial: str = "",
    device: Device | None = None,
    user: LicenceUser | None = None,
) -> str:
    licence, _ = Licence.objects.get_or_create(
        pool=pool,
        serial=serial,
        user=user,
        defaults={"changed_at": doing.at, "due_at": doing.at, "device": device},
    )
    if not licence.ours:  # given by another server: it is needed here, and given back from here
        Licence.objects.filter(id=licence.id).update(ours=True, device=device)
    if licence.state == LicenceState.HELD:
        return ""
    if licence.state == LicenceState.RETURNING and _moved(licence, "keep", doing):
        return ""
    if licence.state == LicenceState.RETURNED:
        _moved(licence, "want again", doing, due_at=doing.at, reason="", attempts=0, ours=True)
    if user is not None and user.state == LicenceUserState.FAILED:
        return user.reason or WAITING
    return licence.reason or WAITING


def _moved(licence: Licence, verb: str, doing: Act, **more: object) -> bool:
    step = LICENCE.transitions[verb]
    rows = Licence.objects.filter(id=licence.id, state__in=step.sources)
    return rows.update(state=step.target, changed_at=doing.at, **more) == 1
