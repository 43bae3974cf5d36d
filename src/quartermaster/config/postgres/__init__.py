"""A Django database backend: PostgreSQL, started from a wheel where no server is named."""
