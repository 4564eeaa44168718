"""`course spot`: teach a word by a few examples, and find it in a recording of any length."""

from pathlib import Path

from course_lib.cli._options import add_json, number

ABOUT = (
    "A small head learns from a few seconds of the word to tell it from other words and from background noise. The "
    "network below it was trained on 760 words of nine languages and stays as it is."
)


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "spot", help="find a word that you taught by five examples", description=ABOUT
    )
    verbs = parser.add_subparsers(title="what to do", metavar="WHAT", required=True)
    enrol = verbs.add_parser("enrol", help="learn a word", description=ABOUT)
    enrol.add_argument("name", metavar="NAME", help="the word")
    enrol.add_argument(
        "audio", type=Path, nargs="+", metavar="example.wav", help="one word in each, about a second"
    )
    enrol.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="write the spotter to this file (.safetensors)",
    )
    enrol.add_argument(
        "--others", metavar="CORPUS", help="one-second clips of other words (default: synthetic ones)"
    )
    enrol.add_argument(
        "--threshold",
        type=number(float, low=0, high=1),
        default=0.8,
        help="score from 0 to 1 from which it says yes (default: %(default)s)",
    )
    enrol.add_argument(
        "--base", default="keywords", metavar="NAME|FILE", help="the network below it (default: %(default)s)"
    )
    enrol.set_defaults(run=run_enrol)
    run = verbs.add_parser(
        "run",
        help="listen for it in a recording",
        description="Gives every tenth of a second of a recording a score, and lists the moments at which the word is heard.",
    )
    run.add_argument("spotter", type=Path, metavar="FILE", help="a spotter that course spot enrol made")
    run.add_argument("audio", type=Path, metavar="long.wav", help="the recording, of any length")
    run.add_argument(
        "--threshold", type=number(float, low=0, high=1), help="another one than the spotter's, from 0 to 1"
    )
    run.add_argument("--picture", type=Path, metavar="PNG", help="draw the score over time into this file")
    add_json(run)
    run.set_defaults(run=run_spot)


def run_enrol(arguments) -> int:
    import torch

    from course_lib import seeding
    from course_lib.cli import _output
    from course_lib.cli._recording import named, recording
    from course_lib.data import load
    from course_lib.tasks.keywords import background_seconds, enrol, other_seconds, word_second
    from course_lib.transfer import load_base
    from course_lib.transfer.frozen_features import weights_key

    _output.refuse_inputs([arguments.out], [*arguments.audio, arguments.base])
    seeding.seed_everything(0)
    base = load_base(arguments.base)
    examples = []
    for path in arguments.audio:
        with named(path):
            examples.append(word_second(recording(path, silence=False)))
    examples = torch.stack(examples)
    about = {
        "base": arguments.base,
        "weights": weights_key(base.model.body),
        "files": [path.name for path in arguments.audio],
    }
    spotter = enrol(
        base,
        examples,
        background_seconds(),
        other_seconds(load(arguments.others) if arguments.others else None),
        word=arguments.name,
        about=about,
    ).at(arguments.threshold)
    with _output.writing(arguments.out):
        spotter.save(arguments.out)
    sure = spotter.scores(base.embed(examples))
    print(
        f"{arguments.name}: learned from {len(examples)} examples, its own scores {float(sure.min()):.2f} to "
        f"{float(sure.max()):.2f}, says yes from {spotter.threshold:.2f} on; kept in {arguments.out}"
    )
    if len(examples) < 5:
        print("With five examples or more, by several voices, it errs less: docs/results.md")
    return 0


def run_spot(arguments) -> int:
    from course_lib import audio
    from course_lib.cli import _bar, _output
    from course_lib.cli._recording import named, recording
    from course_lib.errors import CourseError
    from course_lib.tasks.keywords import load_spotter, spot
    from course_lib.tasks.keywords.detection import HOP
    from course_lib.transfer import load_base
    from course_lib.transfer.frozen_features import weights_key

    _output.refuse_inputs([arguments.picture], [arguments.audio, arguments.spotter])
    spotter = load_spotter(arguments.spotter)
    if arguments.threshold is not None:
        spotter = spotter.at(arguments.threshold)
    base = load_base(spotter.about.get("base", "keywords"))
    if spotter.about.get("weights") not in (None, weights_key(base.model.body)):
        raise CourseError(
            f"{arguments.spotter} was learned on other weights than those of {spotter.about['base']!r} now; enrol again"
        )
    wave = recording(arguments.audio)
    windows = int(len(wave) / audio.SR / HOP) + 1
    with named(arguments.audio), _bar.watched(base.model.body, arguments.audio.name, windows):
        heard = spot(wave, spotter, base)
    if arguments.json:
        told = [{"time": round(time, 3), "score": round(score, 4)} for time, score in heard.detections]
        print(_output.as_json({"word": spotter.word, "threshold": spotter.threshold, "detections": told}))
    else:
        for time, score in heard.detections:
            print(f"{time:8.1f} s  {spotter.word}  {score:.2f}")
        print(f"{len(heard.detections)} times in {len(wave) / audio.SR:.1f} s")
    if arguments.picture:
        draw(arguments.picture, heard, spotter, arguments.audio.name)
        if not arguments.json:
            print(f"picture: {arguments.picture}")
    return 0


def draw(path, heard, spotter, recording_name):
    """Write the score over time as a picture, its words in the file's description."""
    from course_lib.cli import _output
    from course_lib.teaching.plots import new_axes, save_picture, show_score

    _, axis = new_axes(width=10)
    show_score(heard, axis, title=f"{spotter.word} in {recording_name}")
    times = ", ".join(f"{time:.1f} s" for time, _ in heard.detections) or "none"
    words = f"Score of the word {spotter.word}, threshold {spotter.threshold:.2f}; heard at: {times}"
    with _output.writing(path):
        save_picture(axis, path, words)
