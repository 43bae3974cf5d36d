from quartermaster.kernel import room


class UsageRoom(room.Room):
    name = "quartermaster.usage"
    label = "usage"
