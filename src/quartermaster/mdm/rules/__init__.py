"""Pure decisions of the room mdm."""
