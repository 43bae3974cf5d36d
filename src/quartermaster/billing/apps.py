from quartermaster.kernel import room


class BillingRoom(room.Room):
    name = "quartermaster.billing"
    label = "billing"
