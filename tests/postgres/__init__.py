"""The house's database backend, able to empty tables that refuse to be emptied."""
