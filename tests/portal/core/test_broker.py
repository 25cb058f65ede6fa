"""The embedded broker: every message arrives once, whoever sends and whoever takes."""

import multiprocessing
import os
import time
from collections import Counter
from datetime import timedelta

import pytest
from kombu import Connection, Consumer, Exchange, Producer, Queue
from kombu.exceptions import ChannelError

from portal.core.broker import broker_options, sweep_folder

EXCHANGE = Exchange("work", type="direct")
QUEUE = Queue("work", EXCHANGE, routing_key="work")
PRODUCERS, CONSUMERS, MESSAGES_EACH = 3, 3, 150
DEADLINE_SECONDS = 60


def connect(folder):
    return Connection("embedded://", transport_options=broker_options(folder))


def produce(folder, first):
    with connect(folder) as connection, connection.channel() as channel:
        producer = Producer(channel, EXCHANGE, serializer="json")
        for number in range(first, first + MESSAGES_EACH):
            producer.publish({"number": number}, routing_key="work", declare=[QUEUE])


def consume(folder, taken, finished):
    def receive(body, message):
        taken.put(body["number"])
        message.ack()

    with connect(folder) as connection, connection.channel() as channel:
        consumer = Consumer(channel, [QUEUE], callbacks=[receive], accept=["json"])
        consumer.qos(prefetch_count=1)
        with consumer:
            while not finished.is_set():
                try:
                    connection.drain_events(timeout=0.2)
                except TimeoutError:
                    continue


@pytest.mark.slow
def test_every_message_is_taken_exactly_once_by_several_processes(tmp_path):
    context = multiprocessing.get_context("spawn")
    taken, finished = context.Queue(), context.Event()
    consumers = [
        context.Process(target=consume, args=(tmp_path, taken, finished), daemon=True)
        for _ in range(CONSUMERS)
    ]
    producers = [
        context.Process(target=produce, args=(tmp_path, i * MESSAGES_EACH), daemon=True)
        for i in range(PRODUCERS)
    ]
    for process in consumers + producers:
        process.start()

    numbers = Counter(taken.get(timeout=DEADLINE_SECONDS) for _ in range(PRODUCERS * MESSAGES_EACH))
    finished.set()
    for process in consumers + producers:
        process.join(DEADLINE_SECONDS)

    assert numbers == Counter(range(PRODUCERS * MESSAGES_EACH))
    assert taken.empty()
    assert [process.exitcode for process in consumers + producers] == [0] * 6


def test_messages_come_in_the_order_in_which_they_were_sent(tmp_path):
    with connect(tmp_path) as connection:
        queue = connection.SimpleQueue("ordered")
        for number in range(12):
            queue.put(number)

        assert [queue.get(block=False).payload for _ in range(12)] == list(range(12))


def test_an_unreadable_message_is_dropped_and_the_next_one_arrives(tmp_path):
    with connect(tmp_path) as connection:
        queue = connection.SimpleQueue("work")
        (tmp_path / "messages" / "0_half.work.msg").write_text('{"body": ')
        queue.put("whole")

        assert queue.get(block=True, timeout=5).payload == "whole"


def test_a_message_being_written_is_not_yet_there(tmp_path, monkeypatch):
    seen = []
    with connect(tmp_path) as connection, connection.channel() as channel:
        monkeypatch.setattr(os, "fsync", lambda _: seen.append(channel._size("work")))
        channel._put("work", {"body": "whole"})

        assert seen == [0]
        assert channel._size("work") == 1


def test_a_message_that_cannot_be_written_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with (
        connect(tmp_path) as connection,
        connection.channel() as channel,
        pytest.raises(ChannelError, match="No space left on device"),
    ):
        channel._put("work", {"body": "lost"})

    assert list((tmp_path / "messages").iterdir()) == []


def test_a_broadcast_reaches_every_bound_queue(tmp_path):
    everyone = Exchange("everyone", type="fanout")
    queues = [Queue(name, everyone) for name in ("one", "two", "three")]
    with connect(tmp_path) as connection, connection.channel() as channel:
        for queue in queues:
            queue(channel).declare()
        Producer(channel, everyone).publish("hello")

        assert [queue(channel).get().payload for queue in queues] == ["hello"] * 3


def test_the_sweep_removes_only_what_is_old(tmp_path):
    with connect(tmp_path) as connection, connection.channel() as channel:
        channel._put("work", {"body": "taken"})
        channel._get("work")
        channel._put("work", {"body": "waiting"})
    kept = timedelta(hours=1)

    assert sweep_folder(tmp_path, older_than=kept) == 0
    assert sweep_folder(tmp_path, older_than=kept, now=time.time() + 4000) == 2
