from quartermaster.kernel import room


class InventoryRoom(room.Room):
    name = "quartermaster.inventory"
    label = "inventory"
