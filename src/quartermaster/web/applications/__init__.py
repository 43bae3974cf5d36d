"""Applications that the City delivers: the catalogue, who has what, licences."""
