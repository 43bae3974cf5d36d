"""The mail that goes out: whether it arrived at the mail server, and what it said."""
