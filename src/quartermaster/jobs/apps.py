from quartermaster.kernel.room import Room


class JobsRoom(Room):
    name = "quartermaster.jobs"
    label = "jobs"
