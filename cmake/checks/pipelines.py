# SPDX-License-Identifier: MIT
"""The jobs that docs/ci.md shows do what they say: pipelines.py DOCUMENT BUILD_FOLDER.

Each is read as YAML, and its shell lines are run in order as a runner runs them, in a repository of
our own whose `make` builds a target. What would install packages is only noted: that the packages
install and work has a test of its own.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

BLOCK = re.compile(r"<!-- tested -->\n```yaml\n(.*?)```", re.S)
INSTALLING = ("apt-get", "git", "aoe-toolkit/run")


def lines_of(job):
    """The shell lines of a job, in order; GitHub's or GitLab's."""
    if "jobs" in job:
        return [step["run"] for one in job["jobs"].values() for step in one["steps"]
                if "run" in step]
    return [line for one in job.values() for line in one["before_script"] + one["script"]]


def results_of(job):
    """The file that the job hands over."""
    if "jobs" in job:
        steps = [step for one in job["jobs"].values() for step in one["steps"]]
        return next(step["with"]["path"] for step in steps
                    if step.get("uses", "").startswith("actions/upload-artifact"))
    return next(iter(job.values()))["artifacts"]["reports"]["junit"]


def executable(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def make_repository(folder, build, target, expectations):
    """What somebody's own repository holds, and commands that install nothing."""
    for command in INSTALLING:
        place = folder / command if "/" in command else folder / "bin" / command
        executable(place, f'#!/bin/sh\necho "{command} $*" >>{folder}/installed\n')
    (folder / "bin" / "aoe-conform").symlink_to(build / "bin" / "aoe-conform")
    (folder / "Makefile").write_text(f"my-target:\n\tcp {folder}/source $@\n")
    executable(folder / "source", target)
    (folder / "my-target.expect").write_text(expectations)


def run_job(job, build, target, expectations=""):
    """Status of the first line that fails, all output, and the results handed over."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="aoe-pipeline-"))
    try:
        make_repository(folder, build, target, expectations)
        environment = {**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}",
                       "AOE_TOOLKIT": "https://aoe-toolkit.invalid/"}
        printed = ""
        for line in lines_of(job):
            done = subprocess.run(["bash", "-e", "-c", line], cwd=folder, env=environment,
                                  capture_output=True, text=True)
            printed += done.stdout + done.stderr
            if done.returncode:
                break
        results = folder / results_of(job)
        root = xml.etree.ElementTree.parse(results).getroot() if results.exists() else None
        return done.returncode, printed, root
    finally:
        shutil.rmtree(folder)


def offences(job, build):
    good = f'#!/bin/sh\nexec {build}/bin/aoe-target "$@"\n'
    status, printed, results = run_job(job, build, good)
    if status != 0 or results is None:
        yield f"a good target: status {status}, {printed[-500:]}"
    elif len(list(results.iter("testcase"))) < 300 or list(results.iter("failure")):
        yield "a good target: the results are not those of a good target"
    status, printed, _ = run_job(job, build, good,
                                 'hdr.tag.echoed xfail "Tag" "a failure that there is not"\n')
    if status != 5:
        yield f"a failure that is gone: status {status}, not 5: {printed[-500:]}"
    status, printed, _ = run_job(job, build, "#!/bin/sh\necho broken\n")
    if status != 3:
        yield f"a target that does not start: status {status}, not 3: {printed[-500:]}"


def may_use_networks():
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return subprocess.run(["unshare", *user, "--net", "true"], capture_output=True).returncode == 0


def skipped(reason):
    if "net" in os.environ.get("AOE_REQUIRE", ""):
        print(f"failed, since AOE_REQUIRE asks for it: {reason}")
        return 1
    print(f"skipped: {reason}")
    return 77


def main(document, build):
    try:
        import yaml
    except ImportError:
        return skipped("python3 has no module yaml, which is of the package python3-yaml")
    if not may_use_networks():
        return skipped("no right to make a network")
    blocks = BLOCK.findall(pathlib.Path(document).read_text())
    found = [] if len(blocks) == 2 else [f"{len(blocks)} jobs, not 2"]
    for block in blocks:
        found += offences(yaml.safe_load(block), pathlib.Path(build))
    print("\n".join(found) or f"{len(blocks)} jobs work")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
