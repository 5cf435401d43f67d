"""SIGKILL of the broker during load: after each restart every acked record is there, once, and
every group's offset is the last one that was acked, or one that was sent after it.

kill_during_load.py ROUNDS BROKER-COMMAND…

`{port}` in the command is replaced: by 0 at first, then by the port that was taken, so that the
producer, which lives through all rounds, finds the broker again. The broker says where it serves
in a line that ends with HOST:PORT.
"""

import random
import signal
import subprocess
import sys
import threading
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

rounds = int(sys.argv[1])
command = sys.argv[2:]
PARTITIONS = 3
TOPIC = "killed"
# How long anything is waited for that takes a moment: the machine may be slow, and stall.
PATIENCE = 120
# How many acked commits there are for each kill, at least.
COMMITS = 10
random.seed(7)


class Broker:
    def __init__(self):
        self.port = "0"
        self.process = None

    def start(self):
        words = [word.replace("{port}", self.port) for word in command]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if " is serving on " not in line:
            sys.exit(f"the broker did not start: {line!r}, code {self.process.wait(PATIENCE)}")
        self.address = line.split()[-1]
        self.port = self.address.rsplit(":", 1)[1]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


class Load:
    """An idempotent producer; `acked` holds the ids of each partition that were acknowledged."""

    def __init__(self, address):
        self.acked = [set() for _ in range(PARTITIONS)]
        self.failed = 0
        self.next = 0
        self.producer = Producer(
            {
                "bootstrap.servers": address,
                "enable.idempotence": True,
                "compression.type": "lz4",
                "linger.ms": 5,
                "reconnect.backoff.ms": 10,
                "reconnect.backoff.max.ms": 100,
                "retry.backoff.ms": 20,
                "retry.backoff.max.ms": 100,
                "metadata.recovery.strategy": "none",
                "batch.size": 100000,
                "message.timeout.ms": 600000,
                "queue.buffering.max.messages": 10000,
                "log_level": 1,
            }
        )

    def delivered(self, error, message):
        if error:
            self.failed += 1
            print(f"not delivered: {error}", flush=True)
        else:
            self.acked[message.partition()].add(int(message.value()[:12]))

    def count(self):
        return sum(len(ids) for ids in self.acked)

    def run(self, seconds):
        """Produces until records are acked again, and then for `seconds`."""
        before = self.count()
        limit = time.monotonic() + PATIENCE
        end = None
        while end is None or time.monotonic() < end:
            if end is None and self.count() > before:
                end = time.monotonic() + seconds
            if end is None and time.monotonic() > limit:
                sys.exit(f"nothing was acked for {PATIENCE} s")
            for _ in range(100):
                value = b"%012d" % self.next + random.randbytes(300)
                try:
                    self.producer.produce(
                        TOPIC, value, partition=self.next % PARTITIONS, on_delivery=self.delivered
                    )
                    self.next += 1
                except BufferError:
                    break
            self.producer.poll(0.005)


class Commits:
    """Groups that commit rising offsets, one after the other, each waiting for its answer."""

    GROUPS = 20

    def __init__(self, address):
        self.address = address
        self.sent = [0] * self.GROUPS
        self.acked = [0] * self.GROUPS
        self.count = 0
        self.ends = False
        self.failure = None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def client(self, number):
        return Consumer(
            {
                "bootstrap.servers": self.address,
                "group.id": f"committing-{number}",
                "enable.auto.commit": False,
                "reconnect.backoff.ms": 10,
                "reconnect.backoff.max.ms": 100,
                "retry.backoff.ms": 20,
                "retry.backoff.max.ms": 100,
                "metadata.recovery.strategy": "none",
                "socket.timeout.ms": 5000,
                "log_level": 1,
            }
        )

    def run(self):
        try:
            clients = [self.client(number) for number in range(self.GROUPS)]
            while not self.ends:
                for number, client in enumerate(clients):
                    self.commit(number, client)
            for client in clients:
                client.close()
        except Exception as error:
            self.failure = error

    def commit(self, number, client):
        offset = self.sent[number] + 1
        self.sent[number] = offset
        place = TopicPartition(TOPIC, number % PARTITIONS, offset)
        try:
            done = client.commit(offsets=[place], asynchronous=False)
        except KafkaException:
            # The broker is away. It may have this commit, or not.
            time.sleep(0.02)
            return
        if done[0].error is None:
            self.acked[number] = offset
            self.count += 1

    def wait(self, count):
        """Waits until so many commits were acked in all."""
        limit = time.monotonic() + PATIENCE
        while self.count < count:
            if self.failure:
                sys.exit(f"commits: {self.failure}")
            if time.monotonic() > limit:
                sys.exit(f"only {self.count} commits were acked, {count} are wanted")
            time.sleep(0.01)

    def verify(self, round_number, acked):
        """What is committed lies between `acked`, of before the kill, and what was sent by now."""
        if self.failure:
            sys.exit(f"commits: {self.failure}")
        for number in range(self.GROUPS):
            if acked[number] == 0:
                continue
            client = self.client(number)
            place = TopicPartition(TOPIC, number % PARTITIONS)
            found = client.committed([place], timeout=PATIENCE)[0].offset
            client.close()
            if not acked[number] <= found <= self.sent[number]:
                sys.exit(
                    f"round {round_number}, group {number}: {found} is committed, where "
                    f"{acked[number]} was acked and {self.sent[number]} sent"
                )


def read_all(address):
    """The ids of each partition, in the order of their offsets."""
    consumer = Consumer(
        {
            "bootstrap.servers": address,
            "group.id": "none",
            "enable.auto.commit": False,
            "enable.partition.eof": False,
            "fetch.wait.max.ms": 20,
            "log_level": 1,
        }
    )
    ends = [
        consumer.get_watermark_offsets(TopicPartition(TOPIC, p), timeout=PATIENCE)[1]
        for p in range(PARTITIONS)
    ]
    consumer.assign([TopicPartition(TOPIC, p, 0) for p in range(PARTITIONS)])
    ids = [[] for _ in range(PARTITIONS)]
    offsets = [0] * PARTITIONS
    end = time.monotonic() + PATIENCE
    while any(offsets[p] < ends[p] for p in range(PARTITIONS)) and time.monotonic() < end:
        for message in consumer.consume(10000, 0.2):
            if message.error():
                continue
            p = message.partition()
            if message.offset() != offsets[p]:
                sys.exit(f"partition {p}: offset {message.offset()} follows {offsets[p] - 1}")
            offsets[p] += 1
            ids[p].append(int(message.value()[:12]))
    consumer.close()
    for p in range(PARTITIONS):
        if offsets[p] < ends[p]:
            sys.exit(f"partition {p}: read to {offsets[p]}, its end is {ends[p]}")
    return ids


def verify(round_number, load, address, acked):
    ids = read_all(address)
    for p in range(PARTITIONS):
        there = set(ids[p])
        lost = acked[p] - there
        if lost:
            sys.exit(
                f"round {round_number}, partition {p}: {len(lost)} acked records are lost, "
                f"the first is {min(lost)} of {len(acked[p])}"
            )
        if len(there) != len(ids[p]):
            sys.exit(
                f"round {round_number}, partition {p}: {len(ids[p]) - len(there)} duplicates"
            )
        if ids[p] != sorted(ids[p]):
            sys.exit(f"round {round_number}, partition {p}: records are out of order")


broker = Broker()
broker.start()
admin = AdminClient({"bootstrap.servers": broker.address, "log_level": 1})
topic = NewTopic(TOPIC, PARTITIONS, 1, config={"segment.bytes": "1048576"})
for future in admin.create_topics([topic]).values():
    future.result(PATIENCE)
load = Load(broker.address)
commits = Commits(broker.address)
restarts = []
for round_number in range(1, rounds + 1):
    commits.wait(COMMITS * round_number)
    load.run(0.1 + random.random() * 0.4)
    broker.kill()
    committed = list(commits.acked)
    load.producer.poll(0)
    acked = [set(ids) for ids in load.acked]
    before = time.monotonic()
    broker.start()
    restarts.append(time.monotonic() - before)
    # The load goes on meanwhile, in librdkafka's own threads.
    commits.verify(round_number, committed)
    verify(round_number, load, broker.address, acked)
if load.producer.flush(PATIENCE):
    sys.exit("records are left undelivered at the end")
commits.ends = True
commits.thread.join(PATIENCE)
commits.verify("last", commits.acked)
verify("last", load, broker.address, load.acked)
if load.failed:
    sys.exit(f"{load.failed} records were given up")
total = load.count()
if total != load.next:
    sys.exit(f"{load.next} records were sent, {total} acked")
print(
    f"{rounds} kills, {total} records and {commits.count} commits acked, all there, records once; "
    f"slowest start {max(restarts):.3f} s"
)
broker.process.send_signal(signal.SIGTERM)
code = broker.process.wait(PATIENCE)
if code != 0:
    sys.exit(f"the broker ended with {code} after SIGTERM")
