"""A closed connection to Redis is a connection that was lost, which a worker lives through."""

import pytest
from kombu import Connection
from redis.exceptions import ConnectionError as RedisConnectionError

from portal.core import redis_broker


def test_redis_addresses_take_our_transport():
    for scheme in ("redis", "rediss"):
        assert isinstance(Connection(f"{scheme}://localhost/0").transport, redis_broker.Transport)


def test_a_channel_of_a_closed_connection_says_so_with_an_error_that_is_waited_for():
    connection = Connection("redis://localhost/0")
    transport = connection.transport
    channel = object.__new__(redis_broker.Channel)
    channel.connection = transport
    assert channel._connparams()["host"] == "localhost"

    transport.client = None

    with pytest.raises(RedisConnectionError, match="was closed"):
        channel._connparams()
    assert issubclass(RedisConnectionError, connection.recoverable_connection_errors)
