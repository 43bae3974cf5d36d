from quartermaster.kernel import room


class RecordsRoom(room.Room):
    name = "quartermaster.records"
    label = "records"
