"""What Apple devices say and hear, as bytes and as types. Imports nothing of the house.

Sources: Apple's published device-management schema (release of October 2024), RFC 8894 (SCEP),
RFC 5652 (CMS).
"""
