from quartermaster.kernel import room


class MdmRoom(room.Room):
    name = "quartermaster.mdm"
    label = "mdm"
