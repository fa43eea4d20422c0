"""What the service says of itself: the privacy page and the accessibility statement."""
