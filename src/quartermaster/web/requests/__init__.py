"""The pages of requests: asking, the two steps, what is kept for them; second devices."""
