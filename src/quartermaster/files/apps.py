from quartermaster.kernel.room import Room


class FilesRoom(Room):
    name = "quartermaster.files"
    label = "files"
