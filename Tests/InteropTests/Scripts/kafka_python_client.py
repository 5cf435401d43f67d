"""kafka-python: records of each codec there and back.

kafka_python_client.py BOOTSTRAP TOPIC
"""

import sys

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from round_trip import CODECS, COUNT, check, record

bootstrap, prefix = sys.argv[1:3]


def produce(topic, codec):
    producer = KafkaProducer(
        bootstrap_servers=bootstrap,
        compression_type=None if codec == "none" else codec,
        linger_ms=20,
        acks="all",
    )
    futures = []
    for index in range(COUNT):
        key, value, headers, timestamp = record(codec, index)
        futures.append(
            producer.send(
                topic, value, key, headers=headers, partition=0, timestamp_ms=timestamp
            )
        )
    for future in futures:
        future.get(120)
    producer.close()


def consume(topic):
    partition = TopicPartition(topic, 0)
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, consumer_timeout_ms=120000
    )
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    assert consumer.end_offsets([partition])[partition] == COUNT
    found = consumer.offsets_for_times({partition: 1_700_000_000_100})
    assert found[partition].offset == 100, found
    received = []
    for message in consumer:
        received.append(
            (message.offset, message.key, message.value, message.headers, message.timestamp)
        )
        if len(received) == COUNT:
            break
    consumer.close()
    return received


for codec in CODECS:
    topic = f"{prefix}-{codec}"
    produce(topic, codec)
    check(codec, consume(topic))
