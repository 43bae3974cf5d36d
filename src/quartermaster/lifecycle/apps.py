from quartermaster.kernel import room


class LifecycleRoom(room.Room):
    name = "quartermaster.lifecycle"
    label = "lifecycle"
    more = ("guards",)
