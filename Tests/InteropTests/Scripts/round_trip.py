"""Shared by the client scripts: the records that are sent, and how what came back is judged."""

import sys

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
COUNT = 400
START_MS = 1_700_000_000_000


def record(codec, index):
    """Key, value, headers and timestamp of one record; every tenth has no key."""
    key = None if index % 10 == 0 else b"key-%d" % (index % 13)
    value = b"%s-%d-" % (codec.encode(), index) + b"0123456789" * 30
    headers = [("codec", codec.encode()), ("index", b"%d" % index), ("empty", b"")]
    return key, value, headers, START_MS + index


def check(codec, received):
    """`received`: tuples (offset, key, value, headers, timestamp) of one partition, in order."""
    if len(received) != COUNT:
        sys.exit(f"{codec}: {len(received)} records came back, {COUNT} were sent")
    first = received[0][0]
    for index, (offset, key, value, headers, timestamp) in enumerate(received):
        if offset != first + index:
            sys.exit(f"{codec}: offset {offset} stands where {first + index} was expected")
        expected = record(codec, index)
        got = (key, value, [(name, bytes(data or b"")) for name, data in headers], timestamp)
        if got != expected:
            sys.exit(f"{codec}: record {index} came back as {got}, sent was {expected}")
    print(f"{codec}: {COUNT} records there and back")
