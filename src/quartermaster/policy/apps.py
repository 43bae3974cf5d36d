from quartermaster.kernel import room


class PolicyRoom(room.Room):
    name = "quartermaster.policy"
    label = "policy"
