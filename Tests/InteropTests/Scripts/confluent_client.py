"""confluent-kafka: topics, and records of each codec there and back.

confluent_client.py BOOTSTRAP TOPIC
"""

import sys

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewPartitions, NewTopic

from round_trip import CODECS, COUNT, check, record

bootstrap, prefix = sys.argv[1:3]
common = {"bootstrap.servers": bootstrap}
admin = AdminClient(common)


def create(name, partitions):
    for future in admin.create_topics([NewTopic(name, partitions, 1)]).values():
        future.result(120)


def produce(topic, codec):
    failures = []
    producer = Producer(
        {**common, "compression.type": codec, "linger.ms": 20, "enable.idempotence": True}
    )
    for index in range(COUNT):
        key, value, headers, timestamp = record(codec, index)
        producer.produce(
            topic,
            value,
            key,
            partition=0,
            headers=headers,
            timestamp=timestamp,
            on_delivery=lambda error, _: failures.append(error) if error else None,
        )
    if producer.flush(120) or failures:
        sys.exit(f"{codec}: not delivered: {failures[:3]}")


def consume(topic):
    consumer = Consumer({**common, "group.id": "none", "enable.auto.commit": False})
    partition = TopicPartition(topic, 0, 0)
    low, high = consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=120)
    if (low, high) != (0, COUNT):
        sys.exit(f"{topic}: offsets {low} to {high}, expected 0 to {COUNT}")
    consumer.assign([partition])
    received = []
    empty = 0
    while len(received) < COUNT and empty < 120:
        message = consumer.poll(1.0)
        if message is None or message.error():
            empty += 1
            continue
        received.append(
            (
                message.offset(),
                message.key(),
                message.value(),
                message.headers() or [],
                message.timestamp()[1],
            )
        )
    found = consumer.offsets_for_times([TopicPartition(topic, 0, 1_700_000_000_100)], timeout=120)
    if found[0].offset != 100:
        sys.exit(f"{topic}: offset {found[0].offset} was found by time, expected 100")
    consumer.close()
    return received


for codec in CODECS:
    topic = f"{prefix}-{codec}"
    create(topic, 1)
    produce(topic, codec)
    check(codec, consume(topic))

try:
    create(f"{prefix}-none", 1)
    sys.exit("a topic was created twice")
except KafkaException as error:
    assert error.args[0].name() == "TOPIC_ALREADY_EXISTS", error

for future in admin.create_partitions([NewPartitions(f"{prefix}-none", 3)]).values():
    future.result(120)
partitions = admin.list_topics(timeout=120).topics[f"{prefix}-none"].partitions
assert sorted(partitions) == [0, 1, 2], partitions
for future in admin.delete_topics([f"{prefix}-{codec}" for codec in CODECS]).values():
    future.result(120)
print("topics: created, widened, deleted")
