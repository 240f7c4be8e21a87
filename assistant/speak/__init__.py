"""The way out: reply text in deltas, cut into clauses, put into words, spoken."""
