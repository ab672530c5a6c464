"""MediaPipe Face Mesh over a video: landmarks of every frame, and how fast.

Usage: mesh.py VIDEO OUT.npz   (run inside build/peers/venv)

Prints one line of JSON: frames, seconds of wall clock, peak resident memory.
The measures written are left less right, in spans between the outer corners of
the eyes, in the frame of the eyes: what published tools compare. The first is
the eye aspect ratio of JeFaPaTo's blink method.
"""

import json
import resource
import sys
import time

import cv2
import mediapipe as mp
import numpy as np

# Person's right, person's left.
EAR = ((33, 160, 158, 133, 153, 144), (362, 385, 387, 263, 373, 380))
CORNER, LOWER, BROW = (61, 291), (181, 405), (105, 334)


def aspect(p, i):
    d = lambda a, b: float(np.hypot(*(p[i[a]] - p[i[b]])))
    return (d(1, 5) + d(2, 4)) / (2 * d(0, 3))


def measures(p):
    """Eye aspect ratio; heights of mouth corner, lower lip and brow; right less left."""
    a, b = p[33], p[263]
    span = float(np.hypot(*(b - a)))
    ex = (b - a) / span
    mid = (p[33] + p[133] + p[362] + p[263]) / 4
    height = lambda v: float((p[v] - mid) @ np.array([ex[1], -ex[0]])) / span
    return [aspect(p, EAR[0]) - aspect(p, EAR[1])] + [height(r) - height(l) for r, l in (CORNER, LOWER, BROW)]


def main():
    video, out = sys.argv[1:3]
    cap = cv2.VideoCapture(video)
    fps = cap.get(cv2.CAP_PROP_FPS)
    rows, n = [], 0
    mesh = mp.solutions.face_mesh.FaceMesh(max_num_faces=1, refine_landmarks=True)
    start = time.monotonic()
    while True:
        ok, frame = cap.read()
        if not ok:
            break
        h, w = frame.shape[:2]
        r = mesh.process(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
        if r.multi_face_landmarks:
            p = np.array([(q.x * w, q.y * h) for q in r.multi_face_landmarks[0].landmark])
            rows.append(measures(p))
        else:
            rows.append([np.nan] * 4)
        n += 1
    took = time.monotonic() - start
    np.savez(out, t=np.arange(n) / fps, measures=np.array(rows))
    print(json.dumps({"frames": n, "seconds": took, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
