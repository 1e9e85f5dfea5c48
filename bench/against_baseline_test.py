#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""That against_baseline tells the parts that were skipped apart from those that are gone."""

import json
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).parent
TOLD = {"benchmarks": [
    {"run_type": "iteration", "run_name": "slower", "cpu_time": 20.0, "allocations": 1.0},
    {"run_type": "iteration", "run_name": "new", "cpu_time": 1.0, "allocations": 0.0},
    # As Google Benchmark tells of a part that called SkipWithError().
    {"run_type": "iteration", "run_name": "link", "error_occurred": True,
     "error_message": "no right", "cpu_time": 0.0}]}
BASELINE = {name: {"ns": 10.0, "allocations": 0.0} for name in ("slower", "link", "old")}

with tempfile.TemporaryDirectory() as folder:
    program = pathlib.Path(folder) / "parts"
    program.write_text(f"#!/bin/sh\ncat <<'end'\n{json.dumps(TOLD)}\nend\n")
    program.chmod(0o755)
    baseline = pathlib.Path(folder) / "baseline.json"
    baseline.write_text(json.dumps(BASELINE))
    told = subprocess.run([HERE / "against_baseline", program, baseline], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    rows = {line.split()[0]: " ".join(line.split()[1:]) for line in told.splitlines()}
    assert rows["slower"] == "20.0 10.0 2.00 1 !0", told
    assert rows["new"] == "1.0 new 0", told
    assert rows["link"] == "was not measured: no right", told
    assert rows["old"] == "is gone", told
    subprocess.run([HERE / "against_baseline", "--write", program, baseline], check=True,
                   stderr=subprocess.DEVNULL)
    assert sorted(json.loads(baseline.read_text())) == ["new", "slower"]
