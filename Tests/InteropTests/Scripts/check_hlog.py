"""Compares the .hlog files of a run with the percentiles of its results.csv, repetition by
repetition, by the Python HdrHistogram. Prints how many lines were compared for each tag.
"""
import collections
import csv
import sys

from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

folder = sys.argv[1]
columns = {
    "produce-latency": "produce_latency", "service-time": "service_time",
    "schedule-lag": "schedule_lag", "end-to-end-latency": "end_to_end_latency",
    "fetch-latency": "fetch_latency",
}
with open(f"{folder}/results.csv", newline="") as file:
    rows = list(csv.DictReader(file))
compared = collections.Counter()
for case in sorted({row["case_index"] for row in rows}, key=int):
    reader = HistogramLogReader(
        f"{folder}/histograms/case-{case}.hlog", HdrHistogram(1, 3_600_000_000_000, 3))
    lines = collections.defaultdict(list)
    while (line := reader.get_next_interval_histogram()) is not None:
        lines[line.get_tag()].append(line)
    for tag, column in columns.items():
        own = [row for row in rows if row["case_index"] == case and row[f"{column}_max_ms"]]
        assert len(own) == len(lines[tag]), (case, tag, len(own), len(lines[tag]))
        for row, line in zip(own, lines[tag]):
            for percentile, name in ((50, "p50"), (99, "p99"), (99.9, "p999"), (100, "max")):
                text = row[f"{column}_{name}_ms"]
                if not text:
                    # A percentile with too few batches beyond it is not stated.
                    assert name in ("p99", "p999"), (case, tag, name)
                    continue
                stated = float(text)
                # Of few samples the two take neighbouring ranks: one rounds up, one to the nearest.
                rank = 100 / line.get_total_count()
                low, high = (
                    line.get_value_at_percentile(min(100, max(0, percentile + step))) / 1e6
                    for step in (-rank, rank))
                assert low * 0.9975 - 0.001 <= stated <= high * 1.0025 + 0.001, (
                    case, tag, name, low, stated, high)
            compared[tag] += 1
for tag, count in sorted(compared.items()):
    print(tag, count)
