"""Pages of requirements: city, departments, plans, changes, exceptions."""
