from quartermaster.kernel.room import Room


class MdmRoom(Room):
    name = "quartermaster.mdm"
    label = "mdm"
