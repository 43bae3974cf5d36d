"""True redaction: what is taken out of a document is not in what is made of it."""
