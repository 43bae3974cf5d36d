"""The states of software on its way to devices, and of its licences, each with its one table."""

from enum import StrEnum

from quartermaster.kernel.transitions import Machine, Transition


class SoftwareState(StrEnum):
    """How far one application is on its way to one device, or from it.

    Wanted: asked for, and a licence may be missing still. Declined: its holder said no.
    """

    WANTED = "wanted"
    LICENSED = "licensed"
    SENT = "sent"
    PROMPTING = "prompting"
    INSTALLING = "installing"
    INSTALLED = "installed"
    DECLINED = "declined"
    FAILED = "failed"
    REMOVING = "removing"
    REMOVED = "removed"


_ON_ITS_WAY = frozenset(
    {
        SoftwareState.LICENSED,
        SoftwareState.SENT,
        SoftwareState.PROMPTING,
        SoftwareState.INSTALLING,
    }
)
_PRESENT = _ON_ITS_WAY | {SoftwareState.WANTED, SoftwareState.INSTALLED}
_NOT_THERE = frozenset({SoftwareState.DECLINED, SoftwareState.FAILED})
SOFTWARE_LIVE = _PRESENT | _NOT_THERE
SOFTWARE = Machine(
    "application",
    SoftwareState.WANTED,
    [
        Transition("license", frozenset({SoftwareState.WANTED}), SoftwareState.LICENSED),
        Transition(
            "send",
            frozenset({SoftwareState.WANTED, SoftwareState.LICENSED}),
            SoftwareState.SENT,
        ),
        Transition("prompt", _ON_ITS_WAY, SoftwareState.PROMPTING),
        Transition("start", _ON_ITS_WAY, SoftwareState.INSTALLING),
        Transition("arrive", SOFTWARE_LIVE, SoftwareState.INSTALLED),
        Transition("decline", _PRESENT, SoftwareState.DECLINED),
        Transition("fail", SOFTWARE_LIVE, SoftwareState.FAILED),
        Transition(
            "want again", frozenset(SoftwareState) - {SoftwareState.WANTED}, SoftwareState.WANTED
        ),
        Transition("withdraw", SOFTWARE_LIVE, SoftwareState.REMOVING),
        Transition("drop", SOFTWARE_LIVE | {SoftwareState.REMOVING}, SoftwareState.REMOVED),
    ],
)


class LicenceState(StrEnum):
    """What the maker's service was asked about one licence, and what it confirmed."""

    WANTED = "wanted"
    ASKED = "asked"
    HELD = "held"
    FAILED = "failed"
    RETURNING = "returning"
    RETURN_ASKED = "return_asked"
    RETURNED = "returned"


LICENCE = Machine(
    "licence",
    LicenceState.WANTED,
    [
        Transition("ask", frozenset({LicenceState.WANTED}), LicenceState.ASKED),
        Transition(
            "hold",
            frozenset(
                {
                    LicenceState.WANTED,
                    LicenceState.ASKED,
                    LicenceState.FAILED,
                    LicenceState.RETURNED,
                }
            ),
            LicenceState.HELD,
        ),
        Transition("fail", frozenset({LicenceState.ASKED}), LicenceState.FAILED),
        Transition(
            "want again",
            frozenset({LicenceState.ASKED, LicenceState.FAILED, LicenceState.RETURNED}),
            LicenceState.WANTED,
        ),
        Transition("keep", frozenset({LicenceState.RETURNING}), LicenceState.HELD),
        Transition("give back", frozenset({LicenceState.HELD}), LicenceState.RETURNING),
        Transition("ask back", frozenset({LicenceState.RETURNING}), LicenceState.RETURN_ASKED),
        Transition(
            "try to give back", frozenset({LicenceState.RETURN_ASKED}), LicenceState.RETURNING
        ),
        Transition(
            "free",
            frozenset(set(LicenceState) - {LicenceState.RETURNED}),
            LicenceState.RETURNED,
        ),
    ],
)


class LicenceUserState(StrEnum):
    """A person as the maker's service knows them. Only an associated one can use a licence."""

    WANTED = "wanted"
    ASKED = "asked"
    REGISTERED = "registered"
    ASSOCIATED = "associated"
    FAILED = "failed"
    RETIRED = "retired"
