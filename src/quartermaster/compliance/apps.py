from quartermaster.kernel import room


class ComplianceRoom(room.Room):
    name = "quartermaster.compliance"
    label = "compliance"
    more = ("readiness", "withholding", "showing")
