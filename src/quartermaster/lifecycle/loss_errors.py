"""What may come of the verbs on losses, beside the house's own outcomes."""

from quartermaster.kernel.errors import Conflict


class ReportedAlready(Conflict):
    """There is a live case of this device."""

    code = "loss-reported-already"


class NotHeardYet(Conflict):
    """The employee has neither stated their side nor let the time for it pass."""

    code = "employee-not-heard"


class PoliceReportMissing(Conflict):
    """A stolen device is written off with the number of the police report alone."""

    code = "police-report-missing"
