"""Reads .hlog files with the Python HdrHistogram and prints a line for each file and tag.

FILE TAG COUNT P50 P99 MAX, values in nanoseconds.
"""
import os
import sys

from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader


def new_histogram():
    return HdrHistogram(1, 3_600_000_000_000, 3)


for path in sys.argv[1:]:
    reader = HistogramLogReader(path, new_histogram())
    sums = {}
    while True:
        interval = reader.get_next_interval_histogram()
        if interval is None:
            break
        sums.setdefault(interval.get_tag(), new_histogram()).add(interval)
    for tag, found in sorted(sums.items()):
        print(
            os.path.basename(path), tag, found.get_total_count(),
            found.get_value_at_percentile(50), found.get_value_at_percentile(99),
            found.get_max_value())
