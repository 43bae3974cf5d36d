"""What is done in the room; one folder or module a capability."""
