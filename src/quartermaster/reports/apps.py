from quartermaster.kernel import room


class ReportsRoom(room.Room):
    name = "quartermaster.reports"
    label = "reports"
    more = ("impact",)
