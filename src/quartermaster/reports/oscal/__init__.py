"""OSCAL documents: the policy as catalog, overlays as profiles, the state as assessment-results."""
