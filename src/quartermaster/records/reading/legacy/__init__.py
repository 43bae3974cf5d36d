"""The text of documents of Office before 2007, as Microsoft describes their formats."""
