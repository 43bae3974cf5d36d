"""The demo city: invented people and equipment, put in through the same doors as real ones."""
