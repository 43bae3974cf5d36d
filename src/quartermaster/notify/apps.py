from quartermaster.kernel import room


class NotifyRoom(room.Room):
    name = "quartermaster.notify"
    label = "notify"
