"""The assignors of a Python client, over the commands that AssignorOracle.java explains.

assignor_oracle.py kafka|aiokafka
"""

import base64
import importlib
import sys
from types import SimpleNamespace

module = sys.argv[1]


def assignor(name):
    found = importlib.import_module(f"{module}.coordinator.assignors.{name}")
    return getattr(found, {"range": "Range", "roundrobin": "RoundRobin"}[name] + "PartitionAssignor")


def subscription(data):
    if module == "kafka":
        from kafka.protocol.consumer.metadata import ConsumerProtocolSubscription

        return ConsumerProtocolSubscription.decode(data)
    from aiokafka.coordinator.protocol import ConsumerProtocolMemberMetadata

    return ConsumerProtocolMemberMetadata.decode(data)


def assign(name, topics, members):
    cluster = SimpleNamespace(
        partitions_for_topic=lambda topic: set(range(topics[topic])) if topic in topics else None,
        topics=lambda *_: set(topics),
    )
    if module == "kafka":
        given = [
            SimpleNamespace(member_id=id, group_instance_id=None, metadata=metadata)
            for id, metadata in members.items()
        ]
    else:
        given = members
    for member, result in sorted(assignor(name).assign(cluster, given).items()):
        listed = result.assigned_partitions if module == "kafka" else result.assignment
        pairs = sorted((entry[0], n) for entry in map(tuple_of, listed) for n in entry[1])
        print(member, *[f"{topic}-{partition}" for topic, partition in pairs])
    print(".")


def tuple_of(entry):
    return entry if isinstance(entry, tuple) else (entry.topic, entry.partitions)


topics, members = {}, {}
for line in sys.stdin:
    words = line.split()
    if words[0] == "topic":
        topics[words[1]] = int(words[2])
    elif words[0] == "member":
        members[words[1]] = subscription(base64.b64decode(words[3]))
    else:
        assign(words[1], topics, members)
        topics, members = {}, {}
