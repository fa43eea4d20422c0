"""A clinic simulated in memory: a planner's tool that decides through the live system's rules."""
