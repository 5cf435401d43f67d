"""aiokafka: records of each codec there and back, idempotent.

aiokafka_client.py BOOTSTRAP TOPIC
"""

import asyncio
import sys

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from round_trip import CODECS, COUNT, check, record

bootstrap, prefix = sys.argv[1:3]


async def produce(topic, codec):
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        compression_type=None if codec == "none" else codec,
        linger_ms=20,
        enable_idempotence=True,
    )
    await producer.start()
    try:
        futures = []
        for index in range(COUNT):
            key, value, headers, timestamp = record(codec, index)
            futures.append(
                await producer.send(
                    topic, value, key, partition=0, timestamp_ms=timestamp, headers=headers
                )
            )
        await asyncio.gather(*futures)
    finally:
        await producer.stop()


async def consume(topic):
    partition = TopicPartition(topic, 0)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        received = []
        while len(received) < COUNT:
            message = await asyncio.wait_for(consumer.getone(), 120)
            received.append(
                (message.offset, message.key, message.value, message.headers, message.timestamp)
            )
        return received
    finally:
        await consumer.stop()


async def main():
    for codec in CODECS:
        topic = f"{prefix}-{codec}"
        await produce(topic, codec)
        check(codec, await consume(topic))


asyncio.run(main())
