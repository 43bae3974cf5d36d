"""Every kind of command that a device may get, by how it came: made of what really sends them."""

from collections.abc import Mapping

from quartermaster.drivers.apple import attesting, destruction, software, verbs
from quartermaster.drivers.apple.declaring.able import target_of
from quartermaster.drivers.apple.inquiry import inquiries
from quartermaster.drivers.apple.wire import commands
from quartermaster.drivers.apple.wire.declarative.availability import knows_declarations
from quartermaster.mdm.driver import Context
from quartermaster.mdm.rules.destruction import Kind
from quartermaster.mdm.verbs import VERBS

ASK = "Ask it the questions whose answers are named here, and no others"
SET = "Put the settings of the policy on it, renew its identity, and take off what it put there"
TELL = "Name to it what the policy asks, and be told by it how that stands"
OFFER = "Offer it applications of the City, which you may decline, and ask after those alone"
TAKE_OFF = "Take applications of the City off it, with their data"
LET_GO = "Let it go: everything that the City put on it leaves it, and nothing else"
ERASE = "Erase everything on it"
_SOFTWARE = {software.REMOVE: TAKE_OFF}


def commands_of(context: Context) -> Mapping[str, str]:
    """Each kind of command for such a device, with what it is for.

    One kind may serve several ends; the gravest names it.
    """
    found: dict[str, str] = {}
    for command in inquiries(personal=context.personal, platform=context.platform):
        found[str(command["RequestType"])] = ASK
    if not attesting.why_not(context):
        found["DeviceInformation"] = ASK
    for kind in sorted(software.KINDS):
        if not _barred(kind, context):
            found[kind] = _SOFTWARE.get(kind, OFFER)
    found["InstallProfile"] = SET
    if knows_declarations(target_of(context)):
        found["DeclarativeManagement"] = TELL
    for code, kind in verbs.COMMANDS.items():
        if not verbs.why_not(code, context):
            found[kind] = VERBS[code].title
    if not destruction.why_not(Kind.REMOVAL, context, {}):
        found["RemoveProfile"] = LET_GO
    if not destruction.why_not(Kind.WIPE, context, {}):
        found[destruction.WHOLE] = ERASE
    return found


def _barred(kind: str, context: Context) -> str:
    return commands.why_not(
        kind,
        mac=context.platform == "macos",
        version=context.os_version,
        supervised=context.supervised,
        personal=context.user_enrolment,
    )
