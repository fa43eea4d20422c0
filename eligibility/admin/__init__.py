"""The admin's pages for decisions and what leads to them: registered by importing."""

from eligibility.admin import decisions  # noqa: F401
