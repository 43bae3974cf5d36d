from quartermaster.kernel import room


class LifecycleRoom(room.Room):
    name = "quartermaster.lifecycle"
    label = "lifecycle"
    furniture = (
        *room.Room.furniture,
        "guards",
        "request_permits",
        "request_handlers",
        "handover_handlers",
        "loss_permits",
        "loss_events",
        "loss_handlers",
        "purchase_handlers",
    )
