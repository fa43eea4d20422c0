"""The admin's pages for vaccine: registered by importing."""

from vaccinations.admin import lots, orders, thawings, used  # noqa: F401
