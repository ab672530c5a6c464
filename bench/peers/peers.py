"""Other programs on the same drawn faces, on the same machine: `make bench-peers`.

Everything that is installed goes into build/peers; what could not be had is
said with the reason. The page is written to docs/peers.md and its table printed.

    python3 bench/peers/peers.py [--program bin/facialis] [--seconds-healthy 30]
"""

import argparse
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time
import venv
import zipfile

MEDIAPIPE = "mediapipe==0.10.21"  # the last release whose wheel holds its networks
REGIONS = ("orbicularis_oculi", "zygomaticus", "depressor", "frontalis")
AMPLITUDES = (0.5, 0.7, 1, 1.5, 2)
TOLERANCE_S = 0.1
WEIGHTS = (".tflite", ".task", ".onnx", ".pt", ".pth", ".bin", ".safetensors", ".pkl", ".joblib", ".ubj")


def sh(args, **kw):
    return subprocess.run([str(a) for a in args], check=True, text=True, **kw)


def measured(args):
    """Wall seconds, peak MB of the largest process of the run, and its output."""
    with tempfile.TemporaryFile("w+") as said:
        start = time.monotonic()
        p = subprocess.Popen([str(a) for a in args], stdout=subprocess.PIPE, stderr=said, text=True)
        out = p.stdout.read()
        _, status, usage = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
        if p.returncode != 0:
            said.seek(0)
            last = (said.read().strip().splitlines() or ["nothing said"])[-1]
            sys.exit(f"peers: {args[0]} ended with code {p.returncode}: {last}")
    return time.monotonic() - start, usage.ru_maxrss / 1024, out


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


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--program", default="bin/facialis", type=pathlib.Path)
    a.add_argument("--folder", default="build/peers", type=pathlib.Path)
    a.add_argument("--seconds-healthy", default=30.0, type=float)
    a.add_argument("--page", default="docs/peers.md", type=pathlib.Path)
    args = a.parse_args()
    folder = args.folder.resolve()
    env = folder / "venv"
    python = env / "bin" / "python"
    if pathlib.Path(sys.prefix).resolve() != env:
        if not python.exists():
            venv.create(env, with_pip=True)
        sh([env / "bin" / "pip", "install", "-q", MEDIAPIPE], stdout=sys.stderr)
        os.execv(python, [str(python), *sys.argv])
    drawn = clips(args.program, folder / "clips", args.seconds_healthy)
    truths = {n: spasms(d / "truth.json") for n, d in drawn.items()}
    minutes = sum(json.loads((d / "truth.json").read_text())["recording"]["duration_s"] for d in drawn.values()) / 60
    total = sum(map(len, truths.values()))

    speed, series, hit, false = {}, {}, 0, 0
    for name, d in drawn.items():
        frames = json.loads((d / "truth.json").read_text())["recording"]["frames"]
        took, mb, _ = measured([args.program, "analyze", d / "phantom.mp4", "-o", d / "facialis"])
        speed.setdefault("facialis", []).append((frames, took, mb))
        found = spasms(d / "facialis" / "analysis.json")
        n = pairs(truths[name], found)
        hit, false = hit + n, false + len(found) - n
        took, mb, out = measured([python, pathlib.Path(__file__).with_name("mesh.py"), d / "phantom.mp4", d / "mesh.npz"])
        speed.setdefault("mesh", []).append((frames, took, mb))
        import numpy as np
        series[name] = standard(np.load(d / "mesh.npz"))
    scale = np.array([np.nanmedian(np.abs(np.concatenate([x[:, k] for _, x in series.values()]))) * 1.4826 for k in range(4)])
    eye = {n: (t, np.abs(x[:, 0]) / scale[0]) for n, (t, x) in series.items()}
    every = {n: (t, np.nanmax(np.abs(x) / scale, axis=1)) for n, (t, x) in series.items()}

    def row(name, key, found, falses, bold):
        n, s, mb = (f(v) for f, v in zip((sum, sum, max), zip(*speed[key])))
        return f"| {name} | {n / s:.0f} | {mb:.0f} | {found} of {total} | {falses / minutes:.2f} | {bold} |"

    lines = ["# Other programs on the same drawn faces", "",
             "Made by `make bench-peers`: the programs one after the other on the same machine. A peer's own left–right measure is freed "
             "of slow drift, every threshold is tried and the best one taken, and a twitch counts as shown whatever side it points to. "
             "A twitch of the brow alone is told as `other` by this program, not as a spasm, and so counts as not shown.", "",
             f"{total} one-sided twitches of {AMPLITUDES[0]}–{AMPLITUDES[-1]} mm in {minutes:.1f} minutes of 1920 × 1080 at 30 frames a second, "
             f"{os.cpu_count()} cores, from starting the program to its end.", "",
             "| program | frames a second | peak MB | twitches shown | false a minute | shown at up to 3 false a minute |", "|---|---|---|---|---|---|",
             row("facialis", "facialis", hit, false, "as it is" if false <= 3 * minutes else "–")]
    for name, x in (("MediaPipe Face Mesh, left–right of eyes, mouth, brow", every), ("the same, eye aspect ratio alone (JeFaPaTo's measure)", eye)):
        lines.append(row(name, "mesh", *sweep(x, truths, false), f"{sweep(x, truths, 3 * minutes)[0]} of {total}"))
    lines += ["", "A peer's threshold is the one that shows most twitches with no more false alarms than facialis has.", "",
              "| could not be run | version | why |", "|---|---|---|",
              "| MediaPipe Face Landmarker (Tasks) | – | its .task bundle is not in the package; Face Mesh above is the same network by the older interface |"]
    lines += [f"| {n} | {v} | {w} |" for n, v, w in unavailable(env / "bin" / "pip", folder / "wheels")]
    text = "\n".join(lines) + "\n"
    args.page.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
