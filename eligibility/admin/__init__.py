"""The admin's pages for decisions and what leads to them: registered by importing."""

from eligibility.admin import cases, decisions, interests, rule_sets  # noqa: F401
