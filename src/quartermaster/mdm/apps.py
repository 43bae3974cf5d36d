from quartermaster.kernel import room


class MdmRoom(room.Room):
    name = "quartermaster.mdm"
    label = "mdm"
    furniture = (
        *room.Room.furniture,
        "software_permits",
        "software_events",
        "software_handlers",
    )
