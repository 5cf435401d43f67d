"""Keeps librdkafka's mock cluster, and prints its addresses, until standard input ends.

usage: mock_cluster.py BROKERS
"""

import sys

from confluent_kafka import Producer


def main():
    producer = Producer({"test.mock.num.brokers": int(sys.argv[1]), "client.id": "mock"})
    brokers = producer.list_topics(timeout=60).brokers.values()
    print("mock cluster:", ",".join(f"{each.host}:{each.port}" for each in brokers), flush=True)
    sys.stdin.read()


main()
