"""Apps and Books: the token, the client, notifications, and the ability for the driver."""
