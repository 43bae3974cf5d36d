"""Pure decisions of compliance: evaluation, the life of a finding, working days."""
