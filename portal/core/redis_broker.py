"""Redis as the broker: kombu's transport, which ends no worker when Redis goes away.

When Redis is gone while a task is in work, kombu 5.7 closes the connection, then wants to give
the task's message back, or later to acknowledge it, through the channel of that connection. It
meets None there, and an AttributeError is no lost connection: the worker takes it for a fault
that it cannot live through, and ends. Here that channel says what happened, and the worker
connects again. The message may come a second time, which is harmless.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import ConnectionError as RedisConnectionError


class Channel(redis.Channel):
    """A channel that says so where its connection was closed."""

    def _connparams(self, *args: Any, **kwargs: Any) -> Any:
        if self.connection is None or self.connection.client is None:
            raise RedisConnectionError("The connection to the broker was closed.")
        return super()._connparams(*args, **kwargs)  # type: ignore[misc]  # not in the stubs


class Transport(redis.Transport):
    """``redis://`` with such channels."""

    Channel = Channel


TRANSPORT_ALIASES["redis"] = "portal.core.redis_broker:Transport"
TRANSPORT_ALIASES["rediss"] = "portal.core.redis_broker:Transport"
