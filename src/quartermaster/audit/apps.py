from quartermaster.kernel import room


class AuditRoom(room.Room):
    name = "quartermaster.audit"
    label = "audit"
