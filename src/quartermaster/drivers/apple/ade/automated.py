"""The address that Apple sends new devices to, on the devices' door."""

from quartermaster.drivers.apple import enrolling
from quartermaster.drivers.apple.ade import asking
from quartermaster.drivers.apple.ade.definition import PATH
from quartermaster.drivers.apple.wire import profile
from quartermaster.drivers.apple.wire.errors import Untrusted
from quartermaster.drivers.apple.wire.machine import LARGEST
from quartermaster.kernel.permits import Actor
from quartermaster.mdm import actions
from quartermaster.mdm.door import Answer, Request
from quartermaster.mdm.errors import UpdateRequired

__all__ = ["LARGEST", "PATH", "answer"]
DRIVER = "apple"
STRANGER = Actor(label="a device in its set-up")
FORBIDDEN = 403


def answer(request: Request) -> Answer:
    """The enrolment profile of the device that asks; what it must do first, where there is that.

    Raises:
        Untrusted: the request is not signed, or not by a device that Apple made.
    """
    if request.body:
        asked = asking.of_message(request.body, request.at)
    else:
        found = asking.of_headers(request.headers, request.at)
        if found is None:
            raise Untrusted("The request does not say which device asks.")
        asked = found
    try:
        invited = actions.admit(driver=DRIVER, asking=asked, actor=STRANGER, at=request.at)
    except UpdateRequired as problem:
        body, media_type = asking.update_required(problem.version)
        return Answer(body, FORBIDDEN, media_type)
    body = enrolling.profile_for(invited.token, request.at, signed=True)
    return Answer(body, media_type=profile.MEDIA_TYPE)
