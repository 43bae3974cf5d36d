from quartermaster.kernel.room import Room


class OrgRoom(Room):
    name = "quartermaster.org"
    label = "org"
