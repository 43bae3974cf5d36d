"""What files of people and departments look like, and what they would change."""
