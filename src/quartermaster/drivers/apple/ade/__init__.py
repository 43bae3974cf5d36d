"""Automated Device Enrolment: Apple's list of what the City bought, and devices sent by it."""
