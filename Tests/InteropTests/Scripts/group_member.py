"""One member of a group, of whichever Python client.

group_member.py BOOTSTRAP CLIENT GROUP TOPIC ASSIGNOR SECONDS SESSION-MS

Prints "owns N N …" when its partitions change, "read PARTITION OFFSET VALUE" for each record, and
commits what it read, or prints "commit-error …". Ends after SECONDS, or on SIGTERM, by leaving the group.
"""

import asyncio
import importlib
import signal
import sys
import time

bootstrap, client, group, topic, assignor, seconds, session = sys.argv[1:8]
session = int(session)
end = time.monotonic() + float(seconds)


def stop(*_):
    global end
    end = 0


signal.signal(signal.SIGTERM, stop)


def say(*words):
    print(*words, flush=True)


def owns(partitions):
    say("owns", *sorted(partitions))


def confluent():
    from confluent_kafka import Consumer

    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "session.timeout.ms": session,
            "heartbeat.interval.ms": 500,
            "partition.assignment.strategy": assignor,
            "on_commit": lambda error, _: error and say("commit-error", error),
        }
    )

    consumer.subscribe([topic])
    last = None
    while time.monotonic() < end:
        message = consumer.poll(0.1)
        now = sorted(entry.partition for entry in consumer.assignment())
        if now != last:
            last = now
            owns(now)
        if message is None:
            continue
        if message.error():
            say("error", message.error())
            continue
        say("read", message.partition(), message.offset(), message.value().decode())
        consumer.commit(message, asynchronous=True)
    consumer.close()


def kafka_python():
    from kafka import ConsumerRebalanceListener, KafkaConsumer

    names = {"range": "Range", "roundrobin": "RoundRobin"}
    module = importlib.import_module(f"kafka.coordinator.assignors.{assignor}")

    class Listener(ConsumerRebalanceListener):
        def on_partitions_revoked(self, revoked):
            pass

        def on_partitions_assigned(self, assigned):
            owns(entry.partition for entry in assigned)

    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=True,
        auto_commit_interval_ms=500,
        session_timeout_ms=session,
        heartbeat_interval_ms=500,
        partition_assignment_strategy=[getattr(module, names[assignor] + "PartitionAssignor")],
    )
    consumer.subscribe([topic], listener=Listener())
    while time.monotonic() < end:
        for messages in consumer.poll(timeout_ms=100).values():
            for message in messages:
                say("read", message.partition, message.offset, message.value.decode())
    consumer.close()


async def aiokafka():
    from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener

    names = {"range": "Range", "roundrobin": "RoundRobin"}
    module = importlib.import_module(f"aiokafka.coordinator.assignors.{assignor}")

    class Listener(ConsumerRebalanceListener):
        async def on_partitions_revoked(self, revoked):
            pass

        async def on_partitions_assigned(self, assigned):
            owns(entry.partition for entry in assigned)

    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=True,
        auto_commit_interval_ms=500,
        session_timeout_ms=session,
        heartbeat_interval_ms=500,
        partition_assignment_strategy=[getattr(module, names[assignor] + "PartitionAssignor")],
    )
    consumer.subscribe([topic], listener=Listener())
    await consumer.start()
    try:
        while time.monotonic() < end:
            for messages in (await consumer.getmany(timeout_ms=100)).values():
                for message in messages:
                    say("read", message.partition, message.offset, message.value.decode())
    finally:
        await consumer.stop()


if client == "aiokafka":
    asyncio.run(aiokafka())
else:
    {"confluent": confluent, "kafka-python": kafka_python}[client]()
