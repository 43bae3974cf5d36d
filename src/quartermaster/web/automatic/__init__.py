"""Rules that act by themselves: their plans, who switched them on, what they did, how they stop."""
