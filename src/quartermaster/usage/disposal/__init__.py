"""What usage keeps for a time, under the schedule of the records room and no clock of its own."""
