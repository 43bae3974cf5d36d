from quartermaster.kernel.room import Room


class ComplianceRoom(Room):
    name = "quartermaster.compliance"
    label = "compliance"
