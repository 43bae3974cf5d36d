"""What files of equipment look like, and what they would change."""
