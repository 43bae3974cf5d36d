from quartermaster.kernel.room import Room


class NotifyRoom(Room):
    name = "quartermaster.notify"
    label = "notify"
