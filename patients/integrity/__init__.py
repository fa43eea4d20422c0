"""What is always true of patients, of how they are told, and of who opens their pages."""

from integrity.invariants import Invariants
from patients.integrity import activations, people

INVARIANTS = Invariants(people.INVARIANTS, activations.INVARIANTS)
