"""The adapter to ThingSpace Connectivity Management, Verizon's API for machines' lines."""
