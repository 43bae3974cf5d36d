"""The checks: which settings each covers, how grave it is, and what it looks at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from quartermaster.compliance.rules.installed import installed
from quartermaster.compliance.rules.outcome import Severity, State
from quartermaster.kernel.dates import written_day
from quartermaster.mdm import posture as keys
from quartermaster.mdm.posture import Fact, Posture
from quartermaster.policy.requirements import CATALOGUE, Requirements, version_key

MOST_NAMED = 5
STALE_AFTER = timedelta(days=14)
SETTLING = timedelta(hours=1)
CIPHERED_BY_PASSCODE = frozenset({"ios", "ipados"})


@dataclass
class Horizon:
    """The next instant at which time alone can change what was answered; None: never."""

    next: datetime | None = None

    def note(self, instant: datetime) -> None:
        if self.next is None or instant < self.next:
            self.next = instant


@dataclass(frozen=True)
class Context:
    """What an evaluation must know besides requirements and posture.

    Checks ask what time it is by `reached` and `passed` alone: what has not come yet is noted in
    ``horizon``, so that the answer is known to stand until then.

    ``payload_of`` names the payload that carries a setting; ``unenforceable`` says why none does;
    ``on_the_way`` are settings whose payload the device has not taken yet; ``declared`` names the
    version in which a declaration carries a setting, ``refusals`` why the device refused it.
    ``update_due_at``: until when a version below the lowest one may still be there;
    ``update_since``: from when the lowest one was asked for, as far as anybody knows.
    """

    at: datetime
    platform: str
    personal: bool = False
    enrolled_at: datetime | None = None
    payload_of: Mapping[str, str] = field(default_factory=dict)
    unenforceable: Mapping[str, str] = field(default_factory=dict)
    on_the_way: frozenset[str] = frozenset()
    declared: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    update_due_at: datetime | None = None
    update_since: datetime | None = None
    excepted: frozenset[str] = frozenset()
    horizon: Horizon = field(default_factory=Horizon, compare=False, repr=False)

    def reached(self, instant: datetime) -> bool:
        """Whether an instant has come."""
        if self.at >= instant:
            return True
        self.horizon.note(instant)
        return False

    def passed(self, instant: datetime) -> bool:
        """Whether an instant is over: of a term that includes its last moment."""
        return self.reached(instant + datetime.resolution)

    def day_of(self, instant: datetime) -> str:
        """The day on which an instant lies, in the zone of the evaluation: the city's."""
        return written_day(instant.astimezone(self.at.tzinfo))

    def last_day(self, term: datetime) -> str:
        """The last day of a term, which may end where the next day begins."""
        return self.day_of(term - datetime.resolution)

    def aged(self, fact: Fact) -> bool:
        """Whether a fact is too old to judge by."""
        return self.passed(fact.observed_at + STALE_AFTER)

    @property
    def settling(self) -> bool:
        """Just after enrolment, what is not known yet is on its way."""
        return self.enrolled_at is not None and not self.reached(self.enrolled_at + SETTLING)


@dataclass(frozen=True)
class Seen:
    """What a check saw: its verdict, in words, from which fact."""

    state: State
    observed: str
    fact: Fact | None = None
    answerable: bool = True


Look = Callable[[Requirements, Posture, Context], Seen]


@dataclass(frozen=True)
class Check:
    """One thing that is checked. It covers one setting or several that are seen as one."""

    name: str
    title: str
    settings: tuple[str, ...]
    severity: Severity
    look: Look

    @property
    def clause(self) -> str:
        return CATALOGUE[self.settings[0]].clause


def _missing(what: str) -> Seen:
    return Seen(State.UNKNOWN, f"The device has not reported {what} yet.")


def _verdict(*, good: bool, fact: Fact, yes: str, no: str) -> Seen:
    return Seen(State.PASS, yes, fact) if good else Seen(State.FAIL, no, fact)


def passcode_present(_: Requirements, posture: Posture, _context: Context) -> Seen:
    fact = posture.get(keys.PASSCODE_PRESENT)
    if fact is None or not isinstance(fact.value, bool):
        return _missing("whether a passcode is set")
    return _verdict(good=fact.value, fact=fact, yes="A passcode is set.", no="No passcode is set.")


def passcode_quality(_: Requirements, posture: Posture, _context: Context) -> Seen:
    present = posture.get(keys.PASSCODE_PRESENT)
    if present is not None and present.value is False:
        return Seen(State.NOT_APPLICABLE, "Judged once a passcode is set.", present)
    fact = posture.get(keys.PASSCODE_COMPLIANT)
    if fact is None or not isinstance(fact.value, bool):
        return _missing("whether its passcode meets the policy")
    return _verdict(
        good=fact.value,
        fact=fact,
        yes="The device says that its passcode meets the policy.",
        no="The device says that its passcode does not meet the policy.",
    )


def encryption(_: Requirements, posture: Posture, context: Context) -> Seen:
    present = posture.get(keys.PASSCODE_PRESENT)
    if context.platform in CIPHERED_BY_PASSCODE and present is not None and present.value is False:
        # one cause, one finding: the missing passcode is what leaves the storage open
        return Seen(State.NOT_APPLICABLE, "Judged once a passcode is set.", present)
    fact = posture.get(keys.ENCRYPTION)
    if fact is None or not isinstance(fact.value, bool):
        return _missing("whether its storage is encrypted")
    return _verdict(
        good=fact.value, fact=fact, yes="Storage is encrypted.", no="Storage is not encrypted."
    )


def compromised(_: Requirements, posture: Posture, _context: Context) -> Seen:
    """The maker's word against a device counts, whatever the device says of itself later."""
    word, note = posture.get(keys.ATTESTED), posture.get(keys.ATTESTATION_NOTE)
    if word is not None and word.value is False:
        said = str(note.value) if note is not None and note.observed_at == word.observed_at else ""
        return Seen(State.FAIL, said or "The maker does not vouch for this device.", word)
    fact = posture.get(keys.COMPROMISED)
    if fact is None or not isinstance(fact.value, bool):
        return _missing("the integrity of its system")
    return _verdict(
        good=not fact.value,
        fact=fact,
        yes="No sign of a changed system.",
        no="The system's protection is switched off or was changed.",
    )


def minimum_os(wanted: Requirements, posture: Posture, context: Context) -> Seen:
    floor = wanted.minimum_os.get(context.platform)
    if floor is None:
        return Seen(State.NOT_APPLICABLE, "No lowest version is set for this system.")
    fact = posture.get(keys.OS_VERSION)
    if fact is None or not isinstance(fact.value, str):
        return _missing("its version")
    try:
        good = version_key(fact.value) >= version_key(floor)
    except ValueError:
        return Seen(State.UNKNOWN, f"“{fact.value[:40]}” is no version that can be compared.", fact)
    said = f"Version {fact.value}."
    due = context.update_due_at
    if not good and due is not None and not context.reached(due):
        return Seen(State.PENDING, f"{said} To be updated by {context.last_day(due)}.", fact)
    return _verdict(good=good, fact=fact, yes=said, no=said)


def patch_age(wanted: Requirements, posture: Posture, context: Context) -> Seen:
    """The device's own word where it is declared; else how long a version asked for is lacking."""
    if "maximum_patch_age_days" in context.declared:
        return _declared("maximum_patch_age_days", posture, context)
    fact, days = posture.get(keys.OS_VERSION), wanted.maximum_patch_age_days
    lacks = _lacks_floor(wanted, fact, context)
    if fact is None or days is None or lacks is None:
        return Seen(State.UNKNOWN, "Nothing tells how old its last security update is.")
    if not lacks:
        said = f"Version {fact.value} has the updates that the City asks for."
        return Seen(State.PASS, said, fact)
    if context.update_since is None:
        said = f"Version {fact.value} lacks updates; since when they are asked for is not known."
        return Seen(State.UNKNOWN, said, fact)
    due = context.update_since + timedelta(days=days)
    since = context.day_of(context.update_since)
    said = f"Version {fact.value} lacks updates asked for since {since}."
    if not context.reached(due):
        return Seen(State.PENDING, f"{said} To be installed by {context.last_day(due)}.", fact)
    return Seen(State.FAIL, said, fact)


def _lacks_floor(wanted: Requirements, fact: Fact | None, context: Context) -> bool | None:
    """Whether the version is below the lowest one asked for; None where nothing tells."""
    floor = wanted.minimum_os.get(context.platform)
    if floor is None or fact is None or not isinstance(fact.value, str):
        return None
    try:
        return version_key(fact.value) < version_key(floor)
    except ValueError:
        return None


def check_in(wanted: Requirements, posture: Posture, context: Context) -> Seen:
    fact = posture.get(keys.LAST_SEEN)
    if fact is None or wanted.check_in_within_hours is None:
        return _missing("at all")
    hours = wanted.check_in_within_hours
    if context.passed(fact.observed_at + timedelta(hours=hours)):
        return Seen(State.FAIL, f"Last seen {fact.observed_at:%B %-d, %Y, %H:%M} UTC.", fact)
    # no instant: it would be another with each poll, though the answer is the same
    return Seen(State.PASS, f"Seen within {hours} {'hour' if hours == 1 else 'hours'}.")


def _software(posture: Posture) -> tuple[Fact, Mapping[str, str]] | None:
    fact = posture.get(keys.SOFTWARE)
    if fact is None or not isinstance(fact.value, list):
        return None
    return fact, installed(fact.value).names


def _listed(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def blocked_software(wanted: Requirements, posture: Posture, _context: Context) -> Seen:
    found = _software(posture)
    if found is None:
        return _missing("its software")
    fact, names = found
    bad = sorted(names[key] for key in wanted.blocked_software & names.keys())
    no = f"Blocked software is installed: {_listed(bad)}."
    return _verdict(good=not bad, fact=fact, yes="No blocked software is installed.", no=no)


def allowed_software(wanted: Requirements, posture: Posture, _context: Context) -> Seen:
    found = _software(posture)
    if found is None or wanted.allowed_software is None:
        return _missing("its software")
    fact, names = found
    bad = sorted(names[key] for key in names.keys() - wanted.allowed_software)
    no = f"Software that is not on the list: {_listed(bad)}."
    return _verdict(good=not bad, fact=fact, yes="Only listed software is installed.", no=no)


def required_software(wanted: Requirements, posture: Posture, _context: Context) -> Seen:
    found = _software(posture)
    if found is None:
        return _missing("its software")
    fact, names = found
    lacking = sorted(wanted.required_software - names.keys())
    no = f"Missing: {_listed(lacking)}."
    return _verdict(good=not lacking, fact=fact, yes="All of it is installed.", no=no)


def delivered(setting: str) -> Look:
    """Whether the payload that carries a setting stands on the device."""

    def look(_: Requirements, posture: Posture, context: Context) -> Seen:
        if setting in context.unenforceable:
            return Seen(State.UNKNOWN, context.unenforceable[setting])
        if setting in context.declared:
            return _declared(setting, posture, context)
        fact = posture.get(keys.PROFILES)
        key = context.payload_of.get(setting)
        if fact is None or not isinstance(fact.value, list) or key is None:
            return _missing("its profiles")
        return _verdict(
            good=key in fact.value,
            fact=fact,
            yes="The City's profile is installed and applies it.",
            no="The City's profile that applies it is not installed.",
        )

    return look


def _declared(setting: str, posture: Posture, context: Context) -> Seen:
    """Whether the declaration that carries a setting stands, in the version that was sent last."""
    fact = posture.get(keys.DECLARED)
    if fact is None or not isinstance(fact.value, dict):
        return _missing("how its declarations stand")
    return _verdict(
        good=fact.value.get(context.payload_of[setting]) == context.declared[setting],
        fact=fact,
        yes="The device says that the City's declaration applies it.",
        no=context.refusals.get(setting, "The City's declaration that applies it does not stand."),
    )


def _delivered(name: str, title: str, severity: Severity) -> Check:
    return Check(name, title, (name,), severity, delivered(name))


QUALITY = (
    "passcode_minimum_length",
    "passcode_complexity",
    "passcode_history",
    "passcode_maximum_age_days",
)
_H, _M, _L = Severity.HIGH, Severity.MEDIUM, Severity.LOW
CHECKS: tuple[Check, ...] = (
    Check("passcode", "Passcode", ("passcode_required",), _H, passcode_present),
    Check("passcode_quality", "Passcode rules", QUALITY, _M, passcode_quality),
    Check("encryption", "Encryption", ("encryption_required",), _H, encryption),
    Check(
        "compromised",
        "Unchanged system",
        ("compromised_forbidden",),
        Severity.SERIOUS,
        compromised,
    ),
    Check(
        "minimum_os",
        "Operating system version",
        ("minimum_os", "minimum_os_within_days"),
        _M,
        minimum_os,
    ),
    Check("patch_age", "Security updates", ("maximum_patch_age_days",), _M, patch_age),
    Check("check_in", "Check-in", ("check_in_within_hours",), _L, check_in),
    Check("blocked_software", "Blocked software", ("blocked_software",), _H, blocked_software),
    Check("allowed_software", "Listed software", ("allowed_software",), _M, allowed_software),
    Check("required_software", "Required software", ("required_software",), _L, required_software),
    _delivered("auto_lock_minutes", "Automatic lock", _M),
    _delivered("failed_attempts_before_erase", "Failed attempts", _M),
    _delivered("unknown_sources_forbidden", "Unknown sources", _M),
    _delivered("managed_data_separation", "City data kept apart", _M),
    _delivered("non_city_accounts_forbidden", "Personal accounts", _L),
    _delivered("cloud_backup_forbidden", "Personal cloud back-up", _L),
)


def asked(check: Check, wanted: Requirements) -> tuple[str, ...]:
    """The settings of a check that ask for something; a demand on the passcode asks for one."""
    if check.name == "passcode":
        return check.settings if wanted.asks_for_passcode else ()
    return tuple(name for name in check.settings if wanted[name] != CATALOGUE[name].lax)


def expectation(wanted: Requirements, names: tuple[str, ...], platform: str) -> str:
    """What is expected of a device of this platform, in one line."""
    parts = []
    for name in names:
        value = wanted[name]
        if name == "minimum_os":
            value = {key: floor for key, floor in value.items() if key == platform} or value
        parts.append(f"{CATALOGUE[name].title}: {CATALOGUE[name].show(value)}")
    return "; ".join(parts)
