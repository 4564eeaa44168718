"""`course classify`: the snoring episodes in a long recording, listed and drawn."""

import json
from pathlib import Path

NOT_MEDICAL = (
    "It finds sounds that resemble snores. It is not a medical device and says nothing about health."
)


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "classify",
        help="snore or not: the snoring episodes in a long recording",
        description="Gives every second of a recording a score and lists the episodes in which it is high. The detector "
        "is a linear head on a frozen body, trained on a corpus in some seconds at the first call and kept. "
        + NOT_MEDICAL,
    )
    parser.add_argument("audio", type=Path, nargs="?", metavar="night.wav")
    parser.add_argument("--model", type=Path, metavar="FILE", help="a detector kept by --save")
    parser.add_argument(
        "--corpus",
        default="synthetic_night",
        metavar="NAME|FOLDER",
        help="what it is trained on (default: %(default)s)",
    )
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the detector")
    parser.add_argument(
        "--threshold", type=float, default=0.0, help="default: 0, where training put it; higher finds less"
    )
    parser.add_argument("--picture", type=Path, metavar="OUT.png", help="draw the score and the episodes")
    parser.add_argument("--json", action="store_true", help="for programs: one object")
    parser.add_argument(
        "--fetch-weights",
        action="store_true",
        help="fetch MobileNet's weights of ImageNet first (10 MB, once); they are one more body to choose from",
    )
    parser.set_defaults(run=run)


def run(arguments) -> int:
    import sys

    from course_lib import audio, seeding
    from course_lib.cli import _detectors
    from course_lib.data import load
    from course_lib.data.public.weights import fetch_weights
    from course_lib.errors import CourseError
    from course_lib.models import image_net
    from course_lib.tasks import snoring

    def say(text):
        print(text, file=sys.stderr)

    seeding.seed_everything(0)
    if arguments.fetch_weights:
        say(f"weights: {fetch_weights(path=image_net.weights_path(), say=say, **image_net.WEIGHTS)}")
    if arguments.audio is None:
        if arguments.fetch_weights:
            return 0
        raise CourseError("expected a recording: course classify night.wav")
    wave = audio.read(arguments.audio, mono="mix", allow_silence=True)
    if arguments.model:
        detector = snoring.load_detector(arguments.model)
    else:
        detector = _detectors.kept(load(arguments.corpus), say)
    if arguments.save:
        detector.save(arguments.save)
    base = _detectors.base_of(detector.body)
    scores = snoring.night_scores(wave, lambda pieces: detector.score(base.embed(pieces)))
    threshold = arguments.threshold
    found = snoring.episodes(scores, threshold, threshold - snoring.WIDTH)
    if arguments.picture:
        draw(arguments.picture, scores, found, threshold)
    snored, length = sum(one.end - one.start for one in found), len(wave) / audio.SR
    if arguments.json:
        told = {"episodes": [one._asdict() for one in found], "seconds": length, "snoring": snored}
        told |= {
            "threshold": threshold,
            "body": detector.body,
            "left_out_auc": detector.about.get("left_out_auc"),
        }
        print(json.dumps(told, indent=1))
        return 0
    for one in found:
        print(f"{clock(one.start)} to {clock(one.end)}  {one.end - one.start:5.0f} s  score {one.score:.1f}")
    print(f"\n{clock(length)}: {len(found)} episodes, {snored:.0f} s of sounds that resemble snoring")
    print(
        f"detector: body {detector.body}, AUC {detector.about.get('left_out_auc', 'not known')} on recordings left out"
    )
    if arguments.picture:
        print(f"picture: {arguments.picture}")
    print(NOT_MEDICAL)
    return 0


def draw(path, scores, found, threshold):
    """Write the night as a picture, its words in the file's description."""
    from course_lib.tasks import snoring
    from course_lib.teaching.plots import new_axes, save_picture, show_night

    _, axis = new_axes(width=10, height=4)
    show_night(scores, found, axis, threshold=threshold, low=threshold - snoring.WIDTH)
    words = f"Score over {len(scores)} s, threshold {threshold:.2f}, {len(found)} episodes: " + ", ".join(
        f"{clock(one.start)} to {clock(one.end)}" for one in found
    )
    save_picture(axis, path, words)


def clock(seconds):
    """h:mm:ss

    >>> clock(3725.4)
    '1:02:05'
    """
    return f"{int(seconds) // 3600}:{int(seconds) // 60 % 60:02d}:{int(seconds) % 60:02d}"
