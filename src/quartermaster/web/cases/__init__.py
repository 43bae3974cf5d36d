"""The pages of cases: one's own compliance, referrals with their way, the calendar of holidays."""
