from quartermaster.kernel.room import Room


class PolicyRoom(Room):
    name = "quartermaster.policy"
    label = "policy"
