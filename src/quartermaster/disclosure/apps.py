from quartermaster.kernel import room


class DisclosureRoom(room.Room):
    name = "quartermaster.disclosure"
    label = "disclosure"
