"""What is always true of stock, vials and doses."""

from integrity.invariants import Invariants
from vaccinations.integrity import doses, stock

INVARIANTS = Invariants(stock.INVARIANTS, doses.INVARIANTS)
