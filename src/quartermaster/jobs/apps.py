from quartermaster.kernel import room


class JobsRoom(room.Room):
    name = "quartermaster.jobs"
    label = "jobs"
