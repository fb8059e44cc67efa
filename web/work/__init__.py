"""Work in the background: durable errands, the coordinator that hands them out, workers that run the planner."""
