"""The portal: a Django project with one small app per part of the business."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
