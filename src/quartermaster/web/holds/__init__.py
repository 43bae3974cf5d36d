"""The pages of legal holds: the custodian's, and one's own notices."""
