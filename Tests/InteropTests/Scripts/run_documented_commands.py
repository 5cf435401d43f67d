"""Runs every command of README.md and docs/*.md, as it stands there, and compares what it prints.

    run_documented_commands.py WEIR [KAFKA_LIBS]

WEIR is the program; KAFKA_LIBS a folder with Kafka's jars, without which the commands of Kafka's own
tools are skipped and named. Each page runs in a folder of its own, in the order of its text. What is
changed: the broker's port and folder, the addresses of clusters (the page's own broker), builds to
compare with (WEIR itself), and how long a load takes. What a page shows below a command must be in
its output, line by line; a line with an ellipsis stands for any lines.

Exit code 1 where a command failed, printed something else, or matches no rule; 2 on bad arguments.
"""

import ctypes
import os
import pathlib
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAMS = ("weir ", "scripts/", "Benchmarks/", "swift ", "kcat ", "printf ", "kafka-",
            "WEIR_INTEROP")
KAFKA_CLASSES = {
    "topics": "org.apache.kafka.tools.TopicCommand",
    "get-offsets": "org.apache.kafka.tools.GetOffsetShell",
    "producer-perf-test": "org.apache.kafka.tools.ProducerPerformance",
    "console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "dump-log": "org.apache.kafka.tools.DumpLogSegments",
    "consumer-groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
}
#: These run for minutes or need the whole tree: they must be there and be executable.
NOT_RUN = ("scripts/", "Benchmarks/", "swift ", "WEIR_INTEROP")
#: A load as short as it can be.
SHORT = {
    "bench": ["--duration", "200ms", "--warmup", "0s", "--repetitions", "1"],
    "check": ["--records", "2000", "--warmup", "0s", "--repetitions", "3"],
    "baseline": ["--records", "2000", "--warmup", "0s"],
}
#: A rate search decides itself how often it measures.
SHORT_SEARCH = ["--sustain", "2s", "--warmup", "0s"]
#: Exit codes beside 0 that a command may end with: so short a check decides nothing.
ALLOWED = {"check": {0, 3, 4}, "compare": {0}}


def blocks(text):
    """(command, lines shown below it), in the order of a page."""
    for fence in re.findall(r"^```\n(.*?)^```", text, re.M | re.S):
        lines = fence.replace("\\\n", " ").splitlines()
        prompted = any(line.startswith("$ ") for line in lines)
        found = []
        for line in lines:
            if line.startswith("$ ") or (not prompted and line.startswith(PROGRAMS)):
                text = line[2:] if prompted else line
                # Two terminals side by side: what the left one shows, the right one shows too.
                left, _, right = re.sub(r"\s+#.*$", "", text).partition("   $ ")
                found.append((left.strip(), [], right.strip()))
            elif found and prompted:
                found[-1][1].append(line)
        yield from found


def end_with_parent():
    """What this script starts ends with it, in whatever way it ends."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Page:
    def __init__(self, weir, libraries, folder):
        self.weir, self.libraries, self.folder = weir, libraries, folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.broker = None
        self.problems, self.skipped, self.count = [], [], 0
        self.environment = dict(os.environ, PATH=f"{folder}/bin:{os.environ['PATH']}")
        self.make_programs()
        (folder / "records.txt").write_text("".join(f"record {n}\n" for n in range(1000)))

    def make_programs(self):
        """`weir` with short loads, and Kafka's scripts."""
        (self.folder / "bin").mkdir()
        self.program("weir", f'exec {shlex.quote(str(self.weir))} "$@"')
        for name, java in KAFKA_CLASSES.items() if self.libraries else ():
            self.program(f"kafka-{name}.sh",
                         f'exec java -Xmx256m -cp {shlex.quote(str(self.libraries))}"/*" {java} "$@"')

    def program(self, name, line):
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{line}\n")
        path.chmod(0o755)

    def adapted(self, command):
        for old, new in (
            ("127.0.0.1:9092", f"127.0.0.1:{self.port}"), ("/tmp/weir-data", f"{self.folder}/data"),
            ("./weir-of-main", str(self.weir)), ("build-of-main/weir", str(self.weir)),
        ):
            command = command.replace(old, new)
        command = re.sub(r"broker\d:9092(,broker\d:9092)*", f"127.0.0.1:{self.port}", command)
        command = re.sub(r"(--replication-factor) \d", r"\1 1", command)
        command = command.replace("Benchmarks/Scenarios", str(ROOT / "Benchmarks/Scenarios"))
        words = command.split()
        if words[:1] == ["weir"] and words[1:2]:
            if words[1:3] == ["bench", "acks"]:
                # Kills brokers of a cluster for minutes: its plan alone.
                return command + " --dry-run"
            flags = SHORT_SEARCH if "--find-rate" in words else SHORT.get(words[1], [])
            for flag, value in zip(flags[::2], flags[1::2]):
                command = re.sub(rf" {flag} \S+", "", command) + f" {flag} {value}"
            if words[1] in ("topics", "produce", "consume", "groups", "configs"):
                command += f" --bootstrap 127.0.0.1:{self.port}"
            for name in re.findall(r"\breports/\w+", command):
                self.make_report(name)
            if "--broker process" not in command and words[1] == "bench" and "--bootstrap" in command:
                self.start()
        return command

    def make_report(self, name):
        """The result that a command reads."""
        if (self.folder / name).exists():
            return
        made = subprocess.run(
            [str(self.weir), "bench", "--records", "2000", "--warmup", "0s", "--output", "made"],
            cwd=self.folder, capture_output=True, text=True, timeout=400)
        found = sorted((self.folder / "made").iterdir()) if made.returncode == 0 else []
        if not found:
            self.problems.append(f"{name}: could not be made\n{made.stderr}")
            return
        (self.folder / name).parent.mkdir(exist_ok=True)
        found[-1].rename(self.folder / name)

    def start(self):
        """The broker of the page, where no command of it has started one."""
        if self.broker is None:
            self.serve(f"weir broker --set listeners=PLAINTEXT://127.0.0.1:{self.port}"
                       f" --set log.dirs={self.folder}/data", [])

    def serve(self, command, shown):
        self.end()
        self.broker = subprocess.Popen(
            ["bash", "-c", "exec " + command], cwd=self.folder, env=self.environment,
            stdout=subprocess.PIPE, text=True, preexec_fn=end_with_parent)
        line = self.broker.stdout.readline()
        self.compare(command, shown, line)

    def run(self, command, shown, beside):
        self.count += 1
        if command.startswith(NOT_RUN):
            program = command.split()[0]
            if "/" in program and not os.access(ROOT / program, os.X_OK):
                self.problems.append(f"{command}: there is no such program")
            return
        if command.startswith("kafka-") and not self.libraries:
            self.skipped.append(command)
            return
        command = self.adapted(command)
        if command.startswith("weir broker"):
            return self.serve(command, shown)
        reader = self.background(self.adapted(beside)) if beside else None
        if command.startswith("weir consume") and "--max-records" not in command:
            process = self.background(command)
            time.sleep(3)
            return self.interrupt(process, command, shown)
        typed = "\n".join(re.split(r"\s{3,}", line)[0] for line in shown) if beside else ""
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command], cwd=self.folder, env=self.environment,
            input=typed + "\n" if typed else "", capture_output=True, text=True, timeout=400)
        kind = command.split()[1] if command.startswith("weir ") else ""
        if done.returncode not in ALLOWED.get(kind, {0}):
            self.problems.append(f"{command}: exit code {done.returncode}\n{done.stderr}")
        if reader:
            time.sleep(2)
            self.interrupt(reader, beside, typed.splitlines())
        else:
            self.compare(command, shown, done.stdout)

    def background(self, command):
        process = subprocess.Popen(
            ["bash", "-c", "exec " + command], cwd=self.folder, env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=end_with_parent)
        time.sleep(2)
        return process

    def interrupt(self, process, command, shown):
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
        if process.returncode != 130:
            self.problems.append(f"{command}: exit code {process.returncode} after Ctrl-C\n{errors}")
        self.compare(command, shown, output)

    def compare(self, command, shown, output):
        lines = [line.replace("9092", str(self.port)).strip() for line in shown]
        printed = [line.strip() for line in output.splitlines()]
        for line in lines:
            if line and "…" not in line and line not in printed:
                self.problems.append(f"{command}: did not print: {line}\nbut:\n{output[:2000]}")

    def end(self):
        if self.broker:
            self.broker.terminate()
            self.broker.wait(timeout=30)
            self.broker = None


def main(weir, libraries):
    failed = False
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        with tempfile.TemporaryDirectory(prefix="weir-docs-") as folder:
            page = Page(weir, libraries, pathlib.Path(folder))
            try:
                for command, shown, beside in blocks(path.read_text()):
                    page.run(command, shown, beside)
            finally:
                page.end()
        for command in page.skipped:
            print(f"skipped: {path.name}: {command}")
        for problem in page.problems:
            print(f"{path.name}: {problem}")
        failed = failed or bool(page.problems)
        print(f"{path.name}: {page.count} commands, {len(page.problems)} problems")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(),
                  pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) == 3 else None))
