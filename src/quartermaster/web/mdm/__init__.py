"""Management: enrolling devices, what they reported, and what is sent to them."""
