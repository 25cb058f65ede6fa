"""Celery's way in: work of the clock about suppliers."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from portal.suppliers import retention


@shared_task(ignore_result=True)
def delete_expired_contacts() -> None:
    retention.delete_expired_contacts(timezone.localdate())
