"""Pages of reports: the trace."""
