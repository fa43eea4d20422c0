"""How long what is kept: one table (``schedule``), and the sweep that keeps to it."""
