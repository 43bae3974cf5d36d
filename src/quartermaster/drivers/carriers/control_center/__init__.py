"""The adapter to Control Center, the IoT platform of Cisco that several carriers use."""
