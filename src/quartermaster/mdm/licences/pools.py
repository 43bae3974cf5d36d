"""What the City owns, and who has a licence: as the service lists it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from quartermaster.inventory.models import Device
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import system
from quartermaster.mdm.licences.steps import among, hold, step, wake_waiting
from quartermaster.mdm.licensing import Given, LicenceService, Product
from quartermaster.mdm.models import Licence, LicencePool, LicenceUser
from quartermaster.mdm.software_states import LicenceState

HOUSE = system("licences")
DESCRIBE_EVERY = timedelta(days=1)
Key = tuple[str, str, str, str]  # product, pricing, serial, reference


def keep_products(driver: str, products: Sequence[Product], at: datetime) -> None:
    """Take over what the service lists; what it lists no longer is gone, its history stays."""
    known = {(p.store_id, p.pricing): p for p in LicencePool.objects.filter(driver=driver)}
    fresh, changed = [], []
    for product in {(p.store_id, p.pricing): p for p in products}.values():
        pool = known.pop((product.store_id, product.pricing), None)
        if pool is None:
            pool = LicencePool(driver=driver, store_id=product.store_id, pricing=product.pricing)
            fresh.append(pool)
        else:
            changed.append(pool)
        _fill(pool, product, at)
    with act(HOUSE, at) as doing:
        LicencePool.objects.bulk_create(fresh, batch_size=1000)
        LicencePool.objects.bulk_update(changed, _FILLED, batch_size=1000)
        gone = [pool.id for pool in known.values() if pool.gone_at is None]
        LicencePool.objects.filter(id__in=gone).update(gone_at=at, total=0, available=0, assigned=0)
        if fresh or gone:
            doing.record_about(
                "mdm.licences.listed", "mdm.licencepool", "", new=len(fresh), gone=len(gone)
            )
    wake_waiting([pool.store_id for pool in fresh], at)


_FILLED = [
    "kind",
    "total",
    "assigned",
    "available",
    "device_assignable",
    "revocable",
    "platforms",
    "seen_at",
    "gone_at",
]


def _fill(pool: LicencePool, product: Product, at: datetime) -> None:
    pool.kind, pool.platforms = product.kind, list(product.platforms)
    pool.total, pool.assigned = product.total, product.assigned
    pool.available = product.available
    pool.device_assignable, pool.revocable = product.device_assignable, product.revocable
    pool.seen_at, pool.gone_at = at, None


def describe(service: LicenceService, driver: str, country: str, at: datetime) -> None:
    """Names, identifiers and versions from the store, each day once."""
    old = LicencePool.objects.filter(driver=driver, gone_at=None, kind__in=["App", ""]).exclude(
        described_at__gt=at - DESCRIBE_EVERY
    )
    wanted = sorted(set(old.values_list("store_id", flat=True)))
    if not wanted:
        return
    for item in service.describe(wanted, country):
        LicencePool.objects.filter(driver=driver, store_id=item.store_id).update(
            title=item.title,
            identifier=item.identifier,
            latest_version=item.version,
            latest_external=item.external_version,
        )
    LicencePool.objects.filter(driver=driver, store_id__in=wanted).update(described_at=at)


def keep_given(driver: str, listed: Sequence[Given], at: datetime) -> None:
    """Bring our books to what the service says: what it lists is held, what it does not is not."""
    pools = {(p.store_id, p.pricing): p for p in LicencePool.objects.filter(driver=driver)}
    there = {(g.store_id, g.pricing, g.serial, g.reference) for g in listed}
    ours: dict[Key, Licence] = {
        _key(row): row
        for row in Licence.objects.select_related("pool", "user").filter(pool__driver=driver)
    }
    found, lost, unanswered = [], [], []
    for key, row in ours.items():
        if key in there:
            if row.state in _FOUND:
                found.append(row.id)
        elif row.state in _LOST:
            lost.append(row.id)
        elif row.state == LicenceState.ASKED and row.event_id is None:
            unanswered.append(row.id)
    hold(among(found), at)
    step(among(lost), "free", at, reason="The service does not list it any longer.")
    step(among(unanswered), "want again", at, due_at=at)
    _keep_foreign([key for key in there if key not in ours], pools, at)
    _want_lost(lost, at)


_FOUND = frozenset(
    {LicenceState.WANTED, LicenceState.ASKED, LicenceState.FAILED, LicenceState.RETURNED}
)
_LOST = frozenset({LicenceState.HELD, LicenceState.RETURNING, LicenceState.RETURN_ASKED})


def _key(row: Licence) -> Key:
    reference = row.user.reference if row.user else ""
    return row.pool.store_id, row.pool.pricing, row.serial, reference


def _want_lost(lost: Sequence[UUID], at: datetime) -> None:
    """What was lost may be needed still: the devices are looked at."""
    store_ids = among(lost).values_list("pool__store_id", flat=True)
    wake_waiting(list(store_ids), at)


def _keep_foreign(
    keys: Sequence[Key], pools: dict[tuple[str, str], LicencePool], at: datetime
) -> None:
    """Licences that another server gave: kept as not ours, and left alone."""
    by_serial = dict(
        Device.objects.exclude(serial="")
        .filter(serial__in={key[2] for key in keys if key[2]})
        .values_list("serial", "id")
    )
    users: dict[str, LicenceUser] = {
        user.reference: user
        for user in LicenceUser.objects.filter(reference__in={key[3] for key in keys if key[3]})
    }
    fresh: dict[Key, Licence] = {}
    for key in keys:
        pool = pools.get(key[:2])
        if pool is None or (key[3] and key[3] not in users):
            continue
        fresh[key] = Licence(
            pool=pool,
            serial=key[2],
            user=users.get(key[3]),
            device_id=by_serial.get(key[2]),
            ours=False,
            state=LicenceState.HELD,
            changed_at=at,
        )
    Licence.objects.bulk_create(fresh.values(), batch_size=1000, ignore_conflicts=True)
