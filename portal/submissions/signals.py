"""What other apps may want to know of a submission; sent inside the transaction of the change."""

from django.dispatch import Signal

submission_accepted = Signal()
"""``submission``: its check accepted it."""
submission_withdrawn = Signal()
"""``submission``, ``by``: it is not to be evaluated any more."""
