"""What a worker says of its sandbox before it takes any work, and when it refuses to start."""

from __future__ import annotations

import logging
from typing import Any

from celery.signals import celeryd_after_setup
from django.conf import settings

from portal.submissions.execution import sandbox_in_words

logger = logging.getLogger(__name__)


@celeryd_after_setup.connect
def report_sandbox(**_: Any) -> None:
    """Log the layers in force.

    Raises
    ------
    SystemExit
        A layer is missing and the settings ask for all of them.
    """
    words, is_whole = sandbox_in_words()
    if is_whole:
        logger.info(words)
        return
    logger.warning(words)
    if settings.SANDBOX_REQUIRES_ALL_LAYERS:
        raise SystemExit(f"{words} This worker does not start: the settings ask for all layers.")
