"""What is always true of stock, vials and doses."""

from integrity.invariants import Invariants
from vaccinations.integrity import doses, reactions, stock

INVARIANTS = Invariants(stock.INVARIANTS, doses.INVARIANTS, reactions.INVARIANTS)
