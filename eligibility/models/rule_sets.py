from django.conf import settings
from django.db import models
from django.db.models import Q


class RuleSetInForce(models.Model):
    """A rule set put in force from a day on, for all clinics; or one taken back before its day.

    The last revision for a day counts, rows are never changed. Where there is none, the first rule
    set in the code is in force.
    """

    append_only = True

    # "" takes back the revision before.
    rule_set = models.CharField(max_length=30, blank=True)
    from_date = models.DateField()
    revision = models.PositiveSmallIntegerField()
    put_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    put_at = models.DateTimeField()

    class Meta:
        ordering = ["-from_date", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["from_date", "revision"], name="one_rule_set_a_day"),
            models.CheckConstraint(
                condition=Q(revision__gt=1) | (Q(revision=1) & ~Q(rule_set="")),
                name="rule_set_is_there_to_take_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_set or '–'} {self.from_date}"
