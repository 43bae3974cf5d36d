"""What every room stands on: time, ids, errors, permits, transitions, events. No domain words."""
