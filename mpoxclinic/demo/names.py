"""Invented people: names, birth dates and numbers that are nobody's. The same each time."""

from dataclasses import dataclass
from datetime import date, timedelta
from operator import mul

GIVEN = (
    *("Aksel", "Mio", "Noah", "Emil", "Ola", "Iver", "Tor", "Robin", "Kim", "Jon", "Sander"),
    *("Henrik", "Eskil", "Nils", "Alex", "Trygve", "Sindre", "Øyvind", "Ådne", "Håkon", "Bård"),
    *("Pål", "Jørn", "Sjur", "Vebjørn", "Adrian", "Mathias", "Tobias", "Isak", "Elias", "Ivan"),
    *("Omar", "Amir", "Tariq", "Minh", "Dawit", "Pedro", "Luca", "Piotr", "Andrej", "Mateo"),
    *("Ante", "Mikkel", "Ailo", "Jovnna", "Niillas", "Aslak", "Issát", "Máhtte", "Per Ánte"),
    *("Simen", "Vetle", "Brage", "Storm", "Leon", "Felix", "Anton", "Viktor", "Arvid", "Gaute"),
    *("Halvor", "Kjell", "Lars", "Magne", "Odd", "Ragnar", "Steinar", "Torbjørn", "Ulrik", "Yngve"),
    *("Birk", "Ask", "Eivind", "Fredrik", "Georg", "Jesper", "Kasper", "Linus", "Morten", "Rune"),
)
FAMILY = (
    *("Berg", "Dahl", "Eide", "Foss", "Gran", "Holm", "Iversen", "Lie", "Moe", "Aas", "Bakke"),
    *("Lund", "Sæther", "Ødegård", "Åsheim", "Bjørnstad", "Haug", "Kvåle", "Myhre", "Nygård"),
    *("Solbakken", "Tveit", "Ulvestad", "Vågen", "Rønning", "Sørlie", "Fjære", "Hå", "Brekke"),
)
# Born in these years: grown up, and most of them after the old smallpox vaccine.
FIRST_BIRTH, DAYS_OF_BIRTHS = date(1962, 1, 1), 15_000
# The test population of the tax authority (Tenor) has 80 added to the month: nobody's number.
SYNTHETIC_MONTH = 80
_CHECK_WEIGHTS = ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2))


@dataclass(frozen=True)
class Invented:
    """A person that does not exist; what they answer makes their group and route.

    ``reach`` is sms, email, both or none.
    """

    given: str
    family: str
    born: date
    group: int = 3
    keloid: bool = False
    smallpox_vaccinated: bool = False
    reach: str = "email"
    language: str = "nb"

    @property
    def email(self) -> str:
        """An address that can reach nobody (RFC 2606)."""
        word = f"{self.given} {self.family}".lower().translate(_PLAIN)
        letters = "".join(c if c.isascii() and c.isalnum() else "." for c in word)
        return f"{letters[:50].strip('.')}@pasient.demo.invalid".replace("..", ".")

    @property
    def phone(self) -> str:
        """A telephone number; nothing is ever sent to it."""
        return f"+47400{self.born.toordinal() % 100_000:05}"


_PLAIN = str.maketrans("æøåáčđŋšŧžäöéü", "eoaacdnstzaoeu")

SAMI = Invented("Máret-Ánne Ŋiŋá", "Čáhppesjávri Šuoŋŋil", date(1986, 6, 6), reach="both")
LONG = Invented(
    "Kristoffer Alexander Maximilian Benjamin",
    "von Hohenfels-Østensjøvik Bakkehaugen av Sørfjordlandet",
    date(1979, 12, 31),
)
ONE_WORD = Invented("Ø", "Å", date(1999, 2, 28), language="nn")


def invented(number: int, salt: int = 0, **features: object) -> Invented:
    """Return the invented person of a number; another salt is another person of that given name."""
    place = number * 7 + salt
    born = FIRST_BIRTH + timedelta(days=(number * 397 + salt * 31) % DAYS_OF_BIRTHS)
    reach = ("email", "sms", "email", "both")[number % 4]
    language = ("nb", "nb", "nb", "nn", "nb", "en")[number % 6]
    return Invented(
        **{  # type: ignore[arg-type]
            "given": GIVEN[number % len(GIVEN)],
            "family": FAMILY[place % len(FAMILY)],
            "born": born,
            "reach": reach,
            "language": language,
            **features,
        }
    )


def synthetic_number(born: date, serial: int, *, d_number: bool = False) -> str:
    """Return a well-formed national number (or D-number) of the synthetic range.

    Months are 81 to 92, as in no real person's. ``serial`` tells people born on a day apart.
    """
    day = born.day + (40 if d_number else 0)
    head = f"{day:02}{born.month + SYNTHETIC_MONTH:02}{born.year % 100:02}"
    first = 500 if born.year >= 2000 else 0  # which hundreds belong to which century
    for individual in range(serial % 400, 500):
        digits = [int(digit) for digit in f"{head}{first + individual:03}"]
        for weights in _CHECK_WEIGHTS:
            digits.append(-sum(map(mul, digits, weights)) % 11)
        if max(digits) < 10:
            return "".join(map(str, digits))
    raise AssertionError("most serials have check digits")
