"""Market exploration: what was asked of the market, what it answered, and what we made of it."""

from portal.exploration.models.answer import Answer
from portal.exploration.models.assessment import Assessment
from portal.exploration.models.call import Call, Question

__all__ = ["Answer", "Assessment", "Call", "Question"]
