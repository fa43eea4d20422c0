from eligibility.models.decisions import Decision

__all__ = ["Decision"]
