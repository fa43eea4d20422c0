"""Providers of OpenID Connect to log in with: a real one, and one that does everything wrong."""
