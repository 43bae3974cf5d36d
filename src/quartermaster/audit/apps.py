from quartermaster.kernel.room import Room


class AuditRoom(Room):
    name = "quartermaster.audit"
    label = "audit"
