"""The pages of people, departments, roles and their imports."""
