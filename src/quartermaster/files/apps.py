from quartermaster.kernel import room


class FilesRoom(room.Room):
    name = "quartermaster.files"
    label = "files"
