"""What the access log knows without a database: who acts, why, and how its rows are sealed."""

from audit.domain.actors import Actor, ActorKind

__all__ = ["Actor", "ActorKind"]
