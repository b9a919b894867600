# SPDX-License-Identifier: MIT
"""Kills a command at each of its calls that change a file, and looks at what the next run makes of it. For crash.t:

    crash.py KILLER FOLDER NAME SETUP COMMAND [TRACE]

The folder has what the commands need; SETUP is commands that come before, parted by ';'. After the death COMMAND is run
once more: the end must be that of one whole run, or, if the dead one had come to count, that of two; and TRACE must
stand nowhere in the bytes of the state. With KILL_SPARING=N only every Nth of the writes into the state is deadly;
with KILL_DONE=N the command may end with N.
Prints what is wrong, one line each, and on standard error how many calls there were."""
import concurrent.futures, hashlib, os, re, shutil, subprocess, sys

killer, source, name, setup, command, trace = (sys.argv[1:] + [""])[:6]
TEMPORARY = re.compile(r"^\..*\.winnow-[0-9a-f]{6}$")
OUTPUT = re.compile(r"^l\.(clean|removed|held|review)\.csv$|^l\.(report\.json|plan\.jsonl)$")
DONE = (0, 1, int(os.environ.get("KILL_DONE", 0)))  # 1: files of the user's still name who was forgotten
STATE = ["--state", "state.db", "--now", "2026-04-20"]


class Place:
    """A folder of its own: runs know their files by absolute paths, so that a copy elsewhere would not do."""

    def __init__(self, number):
        self.top = f"{source}-{name}-{number}"
        self.at, self.saved = os.path.join(self.top, "at"), os.path.join(self.top, "saved")
        shutil.copytree(source, self.at)
        for part in setup.split(";"):
            if part.strip():
                assert self.run(part).returncode == 0, part
        shutil.copytree(self.at, self.saved, symlinks=True)
        self.old = self.files()
        calls = os.path.join(self.top, "calls")
        done = self.run(command, LD_PRELOAD=killer, KILL_COUNT=calls)
        assert done.returncode in DONE, done.stderr
        self.calls = open(calls).read().split()
        self.new = self.files()
        self.ends = [(self.new, self.said())]
        assert self.run(command).returncode in DONE
        self.ends.append((self.files(), self.said()))

    def run(self, text, **env):
        return subprocess.run([os.environ["WINNOW"], *text.split(), *STATE, "--quiet"], cwd=self.at, capture_output=True,
                              env={**os.environ, **env})

    def files(self):
        return {file: hashlib.sha256(open(os.path.join(self.at, file), "rb").read()).hexdigest()
                for file in sorted(os.listdir(self.at)) if OUTPUT.match(file)}

    def says_trace(self, file):
        return trace and file.startswith("state.db") and trace.encode() in open(os.path.join(self.at, file), "rb").read()

    def said(self):
        """What the state comes to."""
        arguments = [os.environ["WINNOW"], "clean", "l.csv", "--dry-run", *STATE]
        return subprocess.run(arguments, cwd=self.at, capture_output=True).stdout

    def trial(self, number, torn):
        shutil.rmtree(self.at)
        shutil.copytree(self.saved, self.at, symlinks=True)
        done = self.run(command, LD_PRELOAD=killer, KILL_AT=str(number + 1), **({"KILL_TORN": "1"} if torn else {}))
        wrong = [] if done.returncode == -9 else [f"was not killed, but ended with {done.returncode}"]
        now = self.files()
        for file in sorted(now.keys() | self.old.keys() | self.new.keys()):
            if now.get(file) not in (self.old.get(file), self.new.get(file)):
                wrong.append(f"{file} is neither old nor new")
        again = self.run(command)
        if again.returncode not in DONE:
            wrong.append(f"the next run ends with {again.returncode}: {again.stderr.decode()}")
        if (self.files(), self.said()) not in self.ends:
            wrong.append("the next run comes to another end")
        wrong += [f"'{file}' still says '{trace}'" for file in os.listdir(self.at) if self.says_trace(file)]
        wrong += [f"'{file}' is left" for file in os.listdir(self.at) if TEMPORARY.match(file)]
        for problem in wrong:
            print(f"killed at call {number + 1} ({self.calls[number]}{', torn' if torn else ''}): {problem}")


def work(number):
    place = Place(number)
    trials = [(i, False) for i in range(len(place.calls))]
    trials = [(i, torn) for i, torn in trials if place.calls[i] != "pwrite" or i % SPARING == 0]
    trials += [(i, True) for i, call in enumerate(place.calls) if call == "write"]
    for i, torn in trials[number::WORKERS]:
        place.trial(i, torn)
    return len(trials)


WORKERS, SPARING = 2, int(os.environ.get("KILL_SPARING", 1))
with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
    print("deaths:", *sorted(set(pool.map(work, range(WORKERS)))), file=sys.stderr)
