"""The tables of the room mdm."""
