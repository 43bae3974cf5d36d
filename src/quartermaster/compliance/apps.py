from quartermaster.kernel import room


class ComplianceRoom(room.Room):
    name = "quartermaster.compliance"
    label = "compliance"
    furniture = (*room.Room.furniture, "application_handlers", "readiness")
