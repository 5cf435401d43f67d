"""Reads a run's CSV files with pandas, as an analysis would, and checks what came of them.

FOLDER [COLUMN ...]: columns of results.csv in which every row must have something.
"""
import os
import sys

import pandas

folder, *needed = sys.argv[1:]
results = pandas.read_csv(f"{folder}/results.csv")
series = pandas.read_csv(f"{folder}/timeseries.csv")
study_path = f"{folder}/study.csv"
study = pandas.read_csv(study_path) if os.path.exists(study_path) else None

# A column that people compute with holds numbers alone; `acks` may say `all`.
words = {
    "run_id", "scenario", "started_utc", "target", "acks", "compression", "loop", "partial",
    "case", "weir_version", "git_revision", "assignor", "suite", "figure", "unit",
    "limiting_resource", "steady", "events",
}
for table in (results, series, study):
    if table is None:
        continue
    for name, values in table.items():
        if name not in words and not name.startswith("label_"):
            assert values.isna().all() or values.dtype.kind in "if", (name, values.dtype)

if study is None:
    assert len(results) > 0 and len(series) > 0
else:
    assert len(study) > 0
    for name in ("run_id", "suite", "point", "figure", "sample", "value"):
        assert study[name].notna().all(), name
    assert study["partial"].dtype == bool
    labels = [name for name in study if name.startswith("label_")]
    assert labels and all(study[name].notna().any() for name in labels)
    print(f"study: {len(study)} samples of {study['figure'].nunique()} figures,"
          f" {study['point'].nunique()} points")

if len(results) > 0:
    assert results["partial"].dtype == bool
    assert (results["lost"].dropna() == 0).all()
    assert pandas.to_datetime(results["started_utc"], utc=True).notna().all()
    for name in needed:
        assert results[name].notna().all(), name
    medians = results.groupby("case")["produced_mb_per_s"].median()
    assert set(series["run_id"]) == set(results["run_id"])
    print(f"{len(results)} repetitions, {len(series)} intervals, {len(medians)} cases")
    for key, value in medians.items():
        print(key, round(value))
