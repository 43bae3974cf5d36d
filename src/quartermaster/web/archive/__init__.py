"""How the archive of records stands: its log, its checkpoints, what audits found."""
