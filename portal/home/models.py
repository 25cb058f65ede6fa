"""When each person last looked at the market, so that they are shown what is new since."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class MarketVisit(models.Model):
    """One person's looks at the market overview."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="market_visit"
    )
    seen_at = models.DateTimeField()
    """Of the present visit, at its beginning."""
    seen_before_at = models.DateTimeField(null=True, blank=True)
    """Of the visit before, since which changes are shown; None at the first."""

    def __str__(self) -> str:
        return f"{self.person} at {self.seen_at:%Y-%m-%d %H:%M}"
