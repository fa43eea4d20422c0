"""Minutes that matter when a day, or a person, is late."""

# What staff can say a day is late by.
LATE_BY = (15, 30, 45, 60)
# So much after their time, somebody may be noted as not coming; who comes all the same gets a dose.
NO_SHOW_AFTER = 15
# Whose time is sooner than this is on the way already, and is not told.
TOLD_AHEAD = 10
