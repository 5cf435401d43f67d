"""Derives each figure of a report's answer again from its run.json, with SciPy.

    derive_answers.py REPORT_DIRECTORY...

For each number of the answer (the section "The answer" of report.md) it prints what it was derived
from. A number in backticks is a setting or a label and is left out. Exit code 1 where a number
cannot be derived, 2 where a directory has no report.

Nothing is taken from Weir's own code: medians and ranges are NumPy's, trimmed means, intervals and
probabilities SciPy's. The formulas are those that docs/measuring.md states:

    ratio      exp of the 20 % trimmed mean of ln(one / other), one value a round
    interval   95 %, Student's t on the winsorized variance (Yuen)
"""

import itertools
import json
import math
import pathlib
import re
import sys

import numpy
from scipy import optimize, stats

NUMBER = r"[-−+]?\d[\d,]*(?:\.\d+)?"
#: A value, what it is measured in, and the range or the interval behind it.
FIGURE = re.compile(
    rf"(?P<value>{NUMBER})\s?(?P<unit>×|%|MB/s|GB/s|s/GB|KiB|MiB|GiB|MB|µs|ms|ns|s(?![a-zA-Z/])"
    rf"|records/s|)(?:\*\*)?\s?"
    rf"(?:\((?P<low>{NUMBER})\s?(?:–|…|to)\s?(?P<high>{NUMBER})(?:\s?[%a-zA-Z/]+)?\))?")


class Derived:
    """A figure that run.json yields: its value, range or interval, unit, and where it is from."""

    def __init__(self, value, unit, source, low=None, high=None):
        self.value, self.unit, self.source = value, unit, source
        self.low, self.high = low, high


def yuen_error(values):
    """The standard error of the 20 % trimmed mean, as in stats.ttest_ind(..., trim=0.2)."""
    count = len(values)
    cut = int(0.2 * count)
    kept = count - 2 * cut
    ordered = numpy.sort(numpy.array(values, dtype=float))
    winsorized = numpy.clip(ordered, ordered[cut], ordered[count - cut - 1])
    return math.sqrt(float(winsorized.var()) * count / (kept * (kept - 1)))


def trimmed_ratio(own, base):
    """(factor, low, high) of pairs; low and high are None for fewer than three."""
    pairs = [(a, b) for a, b in zip(own, base) if a is not None and b is not None and a > 0 < b]
    if not pairs:
        return None
    logs = numpy.array([math.log(a / b) for a, b in pairs])
    if len(logs) < 3:
        return math.exp(logs.mean()), None, None
    mean = stats.trim_mean(logs, 0.2)
    error = yuen_error(logs)
    kept = len(logs) - 2 * int(0.2 * len(logs))
    reach = stats.t.ppf(0.975, kept - 1) * float(error)
    return math.exp(mean), math.exp(mean - reach), math.exp(mean + reach)


def spread(values, unit, source):
    """Median with range, and trimmed mean with interval."""
    values = [value for value in values if value is not None]
    if not values:
        return
    yield Derived(float(numpy.median(values)), unit, f"median of {source}",
                  min(values), max(values))
    yield Derived(max(values), unit, f"greatest of {source}")
    yield Derived(min(values), unit, f"least of {source}")
    if len(values) >= 3:
        array = numpy.array(values, dtype=float)
        mean = float(stats.trim_mean(array, 0.2))
        error = yuen_error(array)
        kept = len(array) - 2 * int(0.2 * len(array))
        reach = float(stats.t.ppf(0.975, kept - 1)) * error
        yield Derived(mean, unit, f"trimmed mean of {source}", mean - reach, mean + reach)
        if mean - reach < 0 and array.min() >= 0:
            # What cannot be below 0 is not printed so.
            yield Derived(mean, unit, f"trimmed mean of {source}", 0.0, mean + reach)


def ratios(own, base, source):
    found = trimmed_ratio(own, base)
    if found is None:
        return
    factor, low, high = found
    yield Derived(factor, "×", f"ratio of {source}", low, high)
    if low is not None:
        yield Derived((factor - 1) * 100, "%", f"change of {source}",
                      (low - 1) * 100, (high - 1) * 100)
    else:
        yield Derived((factor - 1) * 100, "%", f"change of {source}")


# --- A load: cases and repetitions ----------------------------------------------------------------

def case_metrics(repetition, workload):
    flow = repetition.get("produced") or repetition.get("consumed")
    found = {}
    for name in ("produced", "consumed"):
        part = repetition.get(name)
        if part:
            seconds = part.get("durationS") or repetition["durationS"]
            found[name, "MB/s"] = part["bytes"] / 1e6 / seconds
            found[name, "records/s"] = part["records"] / seconds
    for name in ("broker", "client"):
        part = repetition.get(name)
        if part and flow:
            cpu = part["userCpuS"] + part["systemCpuS"]
            found[f"{name} CPU", "s/GB"] = cpu / (flow["bytes"] / 1e9)
    latency = (repetition.get("produceLatency") or {}).get("meanNs")
    if latency and repetition.get("produced") and workload.get("rate") == "max":
        memory = workload["producers"] * workload["bufferMemoryBytes"]
        found["buffer", "%"] = found["produced", "MB/s"] * 1e6 * latency / 1e9 / memory * 100
    if repetition.get("generatorBusyShare") is not None:
        found["busiest thread", "%"] = repetition["generatorBusyShare"] * 100
    if repetition.get("compressionRatio"):
        found["bytes sent", ""] = 1 / repetition["compressionRatio"]
        found["compression ratio", "×"] = repetition["compressionRatio"]
    return found


def experiment(workload):
    """Workloads that are the same thing under two names are equal."""
    same = dict(workload)
    if same.get("replicationFactor", 1) == 1 and same.get("acks") == "1":
        same["acks"] = "all"
    return json.dumps(same, sort_keys=True)


def load_figures(run):
    groups = {}
    for case in run["cases"]:
        whole = [r for r in case["repetitions"] if not r.get("isPartial")]
        by_round = {r["repetition"]: case_metrics(r, case["workload"]) for r in whole}
        groups.setdefault(experiment(case["workload"]), []).append((case["label"], by_round))
        for metric in sorted({m for values in by_round.values() for m in values}):
            values = [by_round[r].get(metric) for r in sorted(by_round)]
            yield from spread(values, metric[1], f"{metric[0]} of {case['label']}")
    cells = []
    for members in groups.values():
        for (one, own), (other, base) in itertools.combinations(members, 2):
            for metric in {m for values in own.values() for m in values}:
                shared = sorted(set(own) & set(base))
                found = trimmed_ratio([base[r].get(metric) for r in shared],
                                      [own[r].get(metric) for r in shared])
                if found and found[1] is not None:
                    size = math.exp(abs(math.log(found[0])))
                    yield Derived((size - 1) * 100, "%",
                                  f"noise: {metric[0]} of {one} beside {other}")
        rounds = sorted(set.intersection(*(set(values) for _, values in members)))
        pooled = {}
        for number in rounds:
            names = set.intersection(*(set(values[number]) for _, values in members))
            pooled[number] = {
                m: math.exp(numpy.mean([math.log(values[number][m]) for _, values in members]))
                for m in names if all(values[number][m] > 0 for _, values in members)}
        cells.append((" and ".join(label for label, _ in members), pooled))
    logs = {}
    for (one, own), (other, base) in itertools.permutations(cells, 2):
        shared = sorted(set(own) & set(base))
        for metric in {m for number in shared for m in own[number]}:
            yield from ratios([own[r].get(metric) for r in shared],
                              [base[r].get(metric) for r in shared],
                              f"{metric[0]} of {one} to {other}")
            logs.setdefault(metric, {})[one, other] = {
                r: math.log(own[r][metric] / base[r][metric])
                for r in shared if own[r].get(metric) and base[r].get(metric)}
    # A mean over contexts: pairs of cells that differ in the same settings, one value a round.
    for metric, pairs in logs.items():
        by_change = {}
        for (one, other), values in pairs.items():
            change = tuple(sorted(set(one.split()) ^ set(other.split()) - {"and"}))
            by_change.setdefault((change, tuple(sorted(set(one.split()) - set(other.split())))),
                                 []).append(values)
        for (change, _), contexts in by_change.items():
            if len(contexts) < 2:
                continue
            shared = sorted(set.intersection(*(set(values) for values in contexts)))
            means = [math.exp(numpy.mean([values[r] for values in contexts])) for r in shared]
            yield from ratios(means, [1.0] * len(means),
                              f"{metric[0]}, {' '.join(change)}, over {len(contexts)} contexts")
    yield Derived(len(run["cases"]), "", "number of cases")
    checked = [r["verification"] for case in run["cases"] for r in case["repetitions"]
               if r.get("verification")]
    for name in ("received", "acked", "lost", "duplicated", "unverified"):
        yield Derived(sum(v.get(name) or 0 for v in checked), "", f"sum of records {name}")
    for case in run["cases"]:
        yield Derived(len(case["repetitions"]), "", "number of rounds")


# --- A suite: points and figures ------------------------------------------------------------------

def label_of(point):
    return " ".join(f"{entry['name']}={entry['value']}" for entry in point["labels"])


def sums(points):
    """Bytes by the way that they took, over all points of a path."""
    for path in sorted({e["value"] for p in points for e in p["labels"] if e["name"] == "path"}):
        total = {}
        for point in points:
            if {"name": "path", "value": path} not in point["labels"]:
                continue
            for figure in point["figures"]:
                if figure["name"] in ("copied", "by sendfile"):
                    total[figure["name"]] = total.get(figure["name"], 0) + sum(figure["samples"])
        for name, value in total.items():
            yield Derived(value, "MB", f"sum of {name} with path={path}")
        yield Derived(sum(total.values()), "MB", f"sum of all ways with path={path}")


def study_figures(run):
    points = run["study"]["points"]
    for point in points:
        for figure in point["figures"]:
            yield from spread(figure["samples"], figure["unit"],
                              f"{figure['name']} at {label_of(point)}")
            yield Derived(len(figure["samples"]), "", "number of repetitions")
    yield from sums(points)
    for one, other in itertools.permutations(points, 2):
        base = {figure["name"]: figure for figure in other["figures"]}
        for figure in one["figures"]:
            beside = base.get(figure["name"])
            if beside and len(beside["samples"]) == len(figure["samples"]):
                yield from ratios(figure["samples"], beside["samples"],
                                  f"{figure['name']} at {label_of(one)} to {label_of(other)}")


def samples_of(points, figure, **labels):
    for point in points:
        own = {entry["name"]: entry["value"] for entry in point["labels"]}
        if all(own.get(name) == value for name, value in labels.items()):
            for found in point["figures"]:
                if found["name"] == figure:
                    return point, found["samples"]
    return None, []


def paired(one, other, tolerance):
    """Samples of two points that were measured together; by place in files without pairing."""
    (point, values), (base, bases) = one, other
    if not point or not base:
        return []
    keys, base_keys = point.get("pairing"), base.get("pairing")
    if keys is None and base_keys is None:
        return list(zip(values, bases)) if len(values) == len(bases) else []
    if len(keys or []) != len(values) or len(base_keys or []) != len(bases):
        return []
    free = list(range(len(bases)))
    pairs = []
    for key, value in zip(keys, values):
        place = next((i for i in free if abs(base_keys[i] - key) <= tolerance), None)
        if place is not None:
            free.remove(place)
            pairs.append((value, bases[place]))
    return pairs


def group_figures(run):
    """The suite `groups`: a pause that is at most twice the load's own gap is below detection, and
    counts as that limit in a ratio."""
    points = run["study"]["points"]
    settings = {e["name"]: e["values"][0] for e in run["configuration"]["entries"] if e["values"]}
    distance = float(settings["partitions"]) / float(settings["rate"]) * 1000
    labels = [{e["name"]: e["value"] for e in point["labels"]} for point in points]
    assignors = list(dict.fromkeys(label["assignor"] for label in labels))
    limits = {}
    for figure in ("partition pause", "member pause"):
        quiet = [value for name in assignors
                 for value in samples_of(points, figure, assignor=name, event="none")[1]]
        least = distance if figure == "partition pause" else 0
        limits[figure] = 2 * max([least] + ([float(numpy.median(quiet))] if quiet else []))
    compared = 0
    for event in ("join", "leave", "crash"):
        figures = ["partition pause", "member pause"] + ["redelivered"] * (event == "crash")
        for figure in figures:
            limit = limits.get(figure, 1)
            found = {name: samples_of(points, figure, assignor=name, event=event)
                     for name in assignors}
            for name, (_, values) in found.items():
                yield Derived(sum(value <= limit for value in values), "",
                              f"{figure} of {event} with {name} below detection")
            for other in assignors[1:]:
                pairs = paired(found[other], found[assignors[0]], 0.5)
                if figure != "redelivered" and all(a <= limit >= b for a, b in pairs):
                    continue
                compared += len(pairs) >= 3
                yield from ratios([max(a, limit) for a, _ in pairs],
                                  [max(b, limit) for _, b in pairs],
                                  f"{figure} of {event}, {other} beside {assignors[0]}")
        for name in assignors:
            cut = len(samples_of(points, "partition pause, at least",
                                 assignor=name, event=event)[1])
            ended = len(samples_of(points, "partition pause", assignor=name, event=event)[1])
            yield Derived(cut, "", f"{event} events with {name} that the window cut off")
            yield Derived(cut + ended, "", f"{event} events with {name}")
    yield Derived(compared, "", "number of comparisons")


def scaling_figures(run):
    """The suite `partition-scaling`: ratios of rounds, and the universal scalability law, fitted to
    each round: N / X(N) = (1 + contention (N - 1) + coherency N (N - 1)) / rate."""
    points = run["study"]["points"]
    by_series = {}
    for point in points:
        label = {entry["name"]: entry["value"] for entry in point["labels"]}
        for name in ("partitions", "producers"):
            yield Derived(float(label[name]), "", f"setting {name}")
        by_series.setdefault(label["series"], []).append((label, point))
    for series, members in by_series.items():
        figure = "end to end p50" if series == "latency" else "throughput"
        found = [(label, samples_of([point], figure)) for label, point in members]
        for (one, own), (other, base) in itertools.permutations(found, 2):
            pairs = paired(own, base, 0)
            yield from ratios([a for a, _ in pairs], [b for _, b in pairs],
                              f"{figure}, {series}, {one['partitions']} partitions"
                              f" {one['producers']} producers to {other['partitions']}"
                              f" {other['producers']}")
    yield from law(sorted((float(label["producers"]), samples_of([point], "throughput")[1])
                          for label, point in by_series.get("clients", [])))


def law(clients):
    rounds = {len(samples) for _, samples in clients}
    if len(clients) < 4 or len(rounds) != 1:
        return

    def fit(rates):
        rows = numpy.array([[x / n, x / n * (n - 1), x * (n - 1)] for n, x in rates])
        scale = numpy.sqrt((rows ** 2).sum(axis=0))
        terms = optimize.nnls(rows / scale, numpy.ones(len(rows)))[0] / scale
        return terms[1] / terms[0], terms[2] / terms[0], numpy.abs(rows @ terms - 1).max()

    fits = [fit([(n, samples[i]) for n, samples in clients]) for i in range(rounds.pop())]
    yield from spread([one[0] for one in fits], "", "contention")
    yield from spread([one[1] for one in fits], "", "coherency")
    if all(one[1] > 0 and one[0] < 1 for one in fits):
        yield from spread([math.sqrt((1 - one[0]) / one[1]) for one in fits], "", "peak")
    if fits and len(fits) >= 3:
        means = [(n, float(stats.trim_mean(samples, 0.2))) for n, samples in clients]
        yield Derived(fit(means)[2], "", "worst residual of the law")


def disturbance_figures(run):
    found = run["study"].get("disturbances") or []
    yield Derived(max(0, len(found) - 3), "", "more turns in which the cluster changed")
    for one in found:
        yield Derived(one["repetition"], "", "repetition in which the cluster changed")
        for node in one.get("missingNodes") or []:
            yield Derived(node, "", "node that was missing")
        yield Derived(one["events"].get("leaderChangeCount", 0), "", "leaders moved")
        for loss in one["events"].get("nodeLosses", []):
            yield Derived(loss["node"], "", "node that was lost")
            yield Derived(loss["lostS"], "s", "node lost")
            if loss.get("backS") is not None:
                yield Derived(loss["backS"], "s", "node back")
    yield Derived(sum(len(figure["samples"]) for point in run["study"]["points"]
                      for figure in point["figures"] if figure["name"] == "disturbed"), "",
                  "samples that count nowhere")


# --- The answer -----------------------------------------------------------------------------------

def answer_of(text):
    found = re.search(r"^## The answer\n(.*?)(?=^## |^<details|^\||^!\[|\Z)", text, re.M | re.S)
    return found.group(1) if found else ""


def number(text):
    return float(text.replace(",", "").replace("−", "-"))


def agrees(derived, printed):
    """Whether a figure, rounded as it is printed, is the printed one."""
    digits = printed.replace("−", "-").replace(",", "").lstrip("+")
    decimals = len(digits.partition(".")[2])
    step = 10.0 ** -decimals
    return abs(derived - number(printed)) <= step / 2 + 1e-9 * max(1, abs(derived))


SCALES = {"ms": {"s": 1000.0, "ns": 1e-6, "µs": 1e-3}, "s": {"ms": 1e-3, "ns": 1e-9},
          "µs": {"ns": 1e-3, "ms": 1e3}, "GB/s": {"MB/s": 1e-3}, "%": {"": 100.0},
          "": {"records/s": 1.0, "1/s": 1.0}, "records/s": {"1/s": 1.0, "": 1.0},
          "MiB": {"KiB": 1 / 1024, "B": 1 / 1048576}, "KiB": {"B": 1 / 1024}}


def scaled(derived, unit):
    """The factor from the derived unit to the printed one; None where they do not go together."""
    if derived.unit == unit:
        return 1.0
    return SCALES.get(unit, {}).get(derived.unit)


def find(match, figures, line):
    value, unit = match["value"], match["unit"]
    found = []
    for derived in figures:
        factor = scaled(derived, unit)
        if factor is None or not agrees(derived.value * factor, value):
            continue
        if match["low"]:
            if derived.low is None or not (agrees(derived.low * factor, match["low"])
                                           and agrees(derived.high * factor, match["high"])):
                continue
        found.append(derived)
    # Of several, the one whose words stand in the line.
    words = set(re.findall(r"[\w.-]+", line.lower()))
    return max(found, default=None, key=lambda derived: len(
        words & set(re.findall(r"[\w.-]+", derived.source.lower()))))


def settings_of(run):
    """Numbers of the configuration: they are named, not measured."""
    for entry in run["configuration"]["entries"]:
        for value in entry["values"]:
            for text in re.findall(NUMBER, value):
                yield Derived(number(text), "", f"setting {entry['name']}")


def check(directory):
    path = pathlib.Path(directory)
    try:
        run = json.loads((path / "run.json").read_text())
        report = (path / "report.md").read_text()
    except OSError as error:
        print(f"{directory}: {error}", file=sys.stderr)
        return 2
    figures = list(study_figures(run) if run.get("study") else load_figures(run))
    if run.get("study"):
        more = {"groups": group_figures, "partition-scaling": scaling_figures}
        figures += more.get(run["study"]["suite"], lambda run: [])(run)
        figures += disturbance_figures(run)
        figures.append(Derived(3, "", "samples that an interval needs"))
    known = list(settings_of(run))
    answer = answer_of(report)
    failures = count = 0
    if not answer.strip():
        print(f"{directory}: report.md has no answer", file=sys.stderr)
        return 1
    for line in answer.splitlines():
        text = re.sub(r"`[^`]*`", " ", line)
        for match in FIGURE.finditer(text):
            count += 1
            derived = find(match, figures, line) or find(match, known, line)
            shown = match.group(0).strip()
            if derived:
                print(f"{path.name}: {shown}: {derived.source}")
            else:
                failures += 1
                print(f"{path.name}: {shown}: NOT DERIVED, in: {line}")
    print(f"{path.name}: {count - failures} of {count} figures of the answer derived again")
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(max(check(directory) for directory in sys.argv[1:]))
