"""The pages of devices that their holders say they do not have."""
