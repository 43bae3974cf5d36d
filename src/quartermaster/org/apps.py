from quartermaster.kernel import room


class OrgRoom(room.Room):
    name = "quartermaster.org"
    label = "org"
