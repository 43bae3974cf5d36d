from quartermaster.kernel.room import Room


class InventoryRoom(Room):
    name = "quartermaster.inventory"
    label = "inventory"
