"""Reads a run's CSV files with pandas, as an analysis would, and checks what came of them."""
import sys

import pandas

folder = sys.argv[1]
results = pandas.read_csv(f"{folder}/results.csv")
series = pandas.read_csv(f"{folder}/timeseries.csv")

# A column that people compute with holds numbers alone; `acks` may say `all`.
words = {
    "run_id", "scenario", "started_utc", "target", "acks", "compression", "loop", "partial",
    "case", "weir_version", "git_revision",
}
for table in (results, series):
    assert len(table) > 0
    for name, values in table.items():
        if name not in words:
            assert values.isna().all() or values.dtype.kind in "if", (name, values.dtype)

assert results["partial"].dtype == bool
assert (results["lost"] == 0).all()
assert (results["produced_records_per_s"] > 0).all()
assert pandas.to_datetime(results["started_utc"], utc=True).notna().all()
keys = ["acks", "compression"]
medians = results.groupby(keys)["produced_mb_per_s"].median()
assert set(series["run_id"]) == set(results["run_id"])
print(f"{len(results)} repetitions, {len(series)} intervals, {len(medians)} cases")
for key, value in medians.items():
    print(*key, round(value))
