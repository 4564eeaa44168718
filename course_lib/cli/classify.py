"""`course classify`: the snoring episodes in a long recording, listed and drawn."""

from pathlib import Path

from course_lib.cli._options import add_json, number

NOT_MEDICAL = (
    "It finds sounds that resemble snores. It is not a medical device and says nothing about health."
)


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "classify",
        help="snore or not: the snoring episodes in a long recording",
        description="Gives every second of a recording a score and lists the episodes in which it is high. The detector "
        "is a linear head on a frozen body; it is trained on a corpus at the first call, which takes some seconds, and kept. "
        + NOT_MEDICAL,
    )
    parser.add_argument(
        "audio", type=Path, nargs="?", metavar="night.wav", help="the recording, of any length"
    )
    parser.add_argument(
        "--model", type=Path, metavar="FILE", help="a detector that --save wrote, instead of training one"
    )
    parser.add_argument(
        "--corpus",
        default="synthetic_night",
        metavar="NAME|FOLDER",
        help="the corpus that the detector is trained on (default: %(default)s)",
    )
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the detector to this file")
    parser.add_argument(
        "--threshold",
        type=number(float),
        default=0.0,
        help="score above which a second belongs to an episode (default: 0, as trained; higher finds less)",
    )
    parser.add_argument(
        "--picture", type=Path, metavar="OUT.png", help="draw the score and the episodes into this file"
    )
    add_json(parser)
    parser.add_argument(
        "--fetch-weights",
        action="store_true",
        help="fetch MobileNetV2's weights of ImageNet first (14 MB, once); they are one more body to choose from",
    )
    parser.set_defaults(run=run)


def run(arguments) -> int:
    import sys

    from course_lib import audio, seeding
    from course_lib.cli import _bar, _detectors, _output
    from course_lib.cli._recording import named, recording
    from course_lib.data import load
    from course_lib.data.public.weights import fetch_imagenet
    from course_lib.errors import CourseError
    from course_lib.tasks import snoring

    def say(text):
        print(text, file=sys.stderr)

    _output.refuse_inputs([arguments.save, arguments.picture], [arguments.audio, arguments.model])
    seeding.seed_everything(0)
    if arguments.fetch_weights:
        say(f"weights: {fetch_imagenet(say=say)}")
    if arguments.audio is None:
        if arguments.fetch_weights:
            return 0
        raise CourseError("expected a recording: course classify night.wav")
    wave = recording(arguments.audio)
    if arguments.model:
        detector = snoring.load_detector(arguments.model)
    else:
        detector = _detectors.kept(load(arguments.corpus), say)
    base = _detectors.base_of(detector.body)
    seconds = int(len(wave) / audio.SR) + 1
    with named(arguments.audio), _bar.watched(base.model.body, arguments.audio.name, seconds):
        scores = snoring.night_scores(wave, lambda pieces: detector.score(base.embed(pieces)))
    threshold = arguments.threshold
    found = snoring.episodes(scores, threshold, threshold - snoring.WIDTH)
    snored, length = sum(one.end - one.start for one in found), len(wave) / audio.SR
    if arguments.json:
        told = {"episodes": [one._asdict() for one in found], "seconds": length, "snoring": snored}
        told |= {
            "threshold": threshold,
            "body": detector.body,
            "left_out_auc": detector.about.get("left_out_auc"),
        }
        print(_output.as_json(told))
    else:
        for one in found:
            print(
                f"{clock(one.start)} to {clock(one.end)}  {one.end - one.start:5.0f} s  score {one.score:.1f}"
            )
        print(f"\n{clock(length)}: {len(found)} episodes, {snored:.0f} s of sounds that resemble snoring")
        auc = detector.about.get("left_out_auc", "not known")
        print(f"detector: body {detector.body}, AUC {auc} on recordings left out\n{NOT_MEDICAL}")
    if arguments.save:
        with _output.writing(arguments.save):
            detector.save(arguments.save)
        say(f"detector: {arguments.save}")
    if arguments.picture:
        with _output.writing(arguments.picture):
            draw(arguments.picture, scores, found, threshold)
        say(f"picture: {arguments.picture}")
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
