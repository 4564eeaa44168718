"""`course diarize`: who spoke when in a recording."""

import warnings
from pathlib import Path

from course_lib.cli._options import add_json, at_least

BEYOND = 0.5  # s that the last turn of a reference may end behind the recording: people mark roughly


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "diarize",
        help="who spoke when in a recording",
        description="Finds where somebody speaks, compares windows of a second or more, and puts those of one voice together. "
        "With --enrolled the turns get names: each window is given to the most likely of the voices that the model "
        "knows, strangers too. Where two people speak at once, one of them is found.",
    )
    parser.add_argument("audio", type=Path, metavar="meeting.wav", help="the recording, one second or longer")
    parser.add_argument(
        "--speakers", type=at_least(1), metavar="N", help="how many people speak (default: found)"
    )
    parser.add_argument(
        "--min-speakers", type=at_least(1), metavar="N", help="how many people speak at least (default: 1)"
    )
    parser.add_argument("--max-speakers", type=at_least(1), metavar="N", help="how many people speak at most")
    parser.add_argument(
        "--enrolled", metavar="FILE", help="a model of voices with names, made by course transfer --save"
    )
    parser.add_argument(
        "--base",
        default="pretrained",
        metavar="NAME|FILE",
        help="the network that compares voices (default: %(default)s)",
    )
    parser.add_argument("--rttm", type=Path, metavar="OUT", help="write the turns to this file as RTTM")
    parser.add_argument(
        "--reference",
        type=Path,
        metavar="RTTM",
        help="the true turns, from which the diarization error is computed",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments) -> int:
    from course_lib import audio, metrics, seeding
    from course_lib.cli import _bar, _output
    from course_lib.cli._recording import named, recording
    from course_lib.errors import CourseError
    from course_lib.metrics import turns
    from course_lib.models.silero import STEP
    from course_lib.tasks.diarization import diarize, hop_for, voice_activity
    from course_lib.transfer import load_base

    few, many = arguments.min_speakers or 1, arguments.max_speakers
    _refuse_counts(arguments, few, many)
    _output.refuse_inputs(
        [arguments.rttm], [arguments.audio, arguments.reference, arguments.enrolled, arguments.base]
    )
    seeding.seed_everything(0)
    reference = _reference(arguments) if arguments.reference else None
    wave = recording(arguments.audio, seconds=1.0, voices=True)
    _warn_of_turns_beyond(arguments, reference or [], len(wave) / audio.SR)
    base = load_base(arguments.enrolled or arguments.base)
    with _bar.bar(f"{arguments.audio.name}: speech", len(wave) // STEP + 1) as told:
        parts = voice_activity(wave, told=told)
    seconds = sum(end - start for start, end in parts)
    windows = len(parts) + int(seconds / hop_for(seconds))
    with named(arguments.audio), _bar.watched(base.model.body, f"{arguments.audio.name}: voices", windows):
        found = diarize(
            wave,
            base,
            speakers=arguments.speakers,
            min_speakers=few,
            max_speakers=many,
            parts=parts,
            enrolled=bool(arguments.enrolled),
        )
    error = metrics.diarization_error(reference, found) if reference else None
    if arguments.json:
        told = {"turns": [turn._asdict() for turn in found]}
        told |= {"diarization_error": error.rate} if error else {}
        print(_output.as_json(told))
    else:
        print(_as_text(found, len(wave) / audio.SR))
        if error and error.speech:
            print(f"{error}, collar 0.25 s")
    if arguments.rttm:
        with _output.writing(arguments.rttm):
            turns.write_rttm(arguments.rttm, found, arguments.audio.stem)
        if not arguments.json:
            print(f"turns: {arguments.rttm}")
    if error and not error.speech:
        raise CourseError(
            f"{arguments.reference}: expected turns longer than half a second, got {len(reference)} shorter ones; the "
            "0.25 s before and after every start and end are not scored"
        )
    return 0


def _warn_of_turns_beyond(arguments, reference, seconds):
    """A reference of another recording, or in milliseconds, would look like a bad diarization."""
    last = max((turn.end for turn in reference), default=0.0)
    if last > seconds + BEYOND:
        warnings.warn(
            f"{arguments.reference}: its turns go on to {last:.1f} s, {arguments.audio.name} ends at {seconds:.1f} s; are they of this "
            "recording, and in seconds? What lies beyond counts as missed",
            stacklevel=2,
        )


def _refuse_counts(arguments, few, many):
    """Raises CourseError for options on the number of speakers that contradict each other."""
    from course_lib.errors import CourseError

    limits = arguments.min_speakers or many
    if arguments.enrolled and (arguments.speakers or limits):
        given = "--speakers" if arguments.speakers else "--min-speakers or --max-speakers"
        raise CourseError(
            f"expected {given} or --enrolled, got both; enrolled voices are counted by their names"
        )
    if arguments.speakers and limits:
        raise CourseError(
            "expected --speakers, or --min-speakers and --max-speakers, got both; leave out what is not known"
        )
    if many and few > many:
        raise CourseError(f"expected --min-speakers up to --max-speakers, got {few} and {many}")


def _reference(arguments):
    """The true turns of the recording. Raises CourseError where the file holds none."""
    from course_lib.errors import CourseError
    from course_lib.metrics import turns

    reference = turns.read_rttm(arguments.reference, arguments.audio.stem)
    if not any(turn.duration for turn in reference):
        raise CourseError(
            f"{arguments.reference}: expected the turns of {arguments.audio.stem}, got a file without turns; an RTTM line "
            "is SPEAKER recording 1 start duration <NA> <NA> name <NA> <NA>, in seconds"
        )
    return reference


def _as_text(found, seconds):
    """The turns and each speaker's sum, for a reader."""
    lines, sums = [], {}
    for turn in found:
        lines.append(f"{turn.start:8.2f} to {turn.end:8.2f} s  {turn.speaker}")
        sums[turn.speaker] = sums.get(turn.speaker, 0.0) + turn.duration
    shares = ", ".join(f"{name} {total:.1f} s" for name, total in sorted(sums.items()))
    return "\n".join([*lines, "", f"{seconds:.1f} s: {shares or 'nobody speaks'}"])
