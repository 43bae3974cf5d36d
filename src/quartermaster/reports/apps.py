from quartermaster.kernel.room import Room


class ReportsRoom(Room):
    name = "quartermaster.reports"
    label = "reports"
