"""`course spkid`: the speaker-recognition exercise PAV SpkID, its flags with the same names and defaults.

What is computed is in course_lib/tasks/speaker_id/; here it is asked for and told.
Ref: "Intro to Speaker Recognition with PyTorch" (S. Pascual, UPC).
"""

import argparse
import sys
from pathlib import Path

from course_lib.cli._options import at_least
from course_lib.cli._output import as_json, refuse_inputs
from course_lib.cli._spkid_recipe import FLAGS, add_recipe_flags, chosen_recipe
from course_lib.errors import CourseError, DataError

TEST_LIST = "cfg/all.test"  # the source's default for validation too
BY = "which splits of the corpus: its manifest's (recording, default) or without shared sessions (session)"
NOTE = """\
the files of the exercise: a list has one name a line without extension, such as BLOCK00/SES000/SA000S13; its
matrix is DB_PATH/NAME.EXT: two int32 (frames, features), then float32 row by row, little endian; the nearest folder
that SPK2IDX knows is the speaker. --corpus NAME|FOLDER takes recordings of the course instead, MFCC made on the way.
"""


def add_parser(subparsers):
    parser = subparsers.add_parser("spkid", help="train and test a speaker identifier on frame features")
    verbs = parser.add_subparsers(title="what to do", metavar="VERB", required=True)

    def verb(name, run, about):
        made = verbs.add_parser(
            name, help=about, epilog=NOTE, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        made.set_defaults(run=run)
        return made

    making = verb("features", features, "write a corpus as MFCC matrices, lists and table of speakers")
    making.add_argument("--corpus", required=True, metavar="NAME|FOLDER")
    making.add_argument("--cfg", default="cfg", help="folder for lists and table (default cfg)")
    making.add_argument("--by", default="recording", choices=("recording", "session"), help=BY)
    making.add_argument("--n_mfcc", type=at_least(1), default=20, help="coefficients a frame (default 20)")
    training = verb("train", train, "train on the train list, keep the weights of the best validation loss")
    training.add_argument("--tr_list_file", default="cfg/all.train", help="train list (default %(default)s)")
    training.add_argument("--va_list_file", default=TEST_LIST, help=f"validation list (default {TEST_LIST}: since "
                          "that is the test list, validation recordings are then held out of the train list)")  # fmt: skip
    training.add_argument("--validate_on_test", action="store_true", help="use the test list all the same")
    training.add_argument(
        "--log_freq", type=at_least(0), default=20, help="log every so many batches (default 20)"
    )
    training.add_argument(
        "--resume", action="store_true", help="go on after a kill, from the last whole epoch"
    )
    add_recipe_flags(training)
    testing = verb("test", test, "error rates per utterance and per frame, and a confusion picture")
    testing.add_argument("--te_list_file", default=TEST_LIST, help="list to test on (default %(default)s)")
    testing.add_argument("--weights_ckpt", help="weights (default: the best ones in SAVE_PATH)")
    testing.add_argument("--train_cfg", help="options of the training (default: train.opts in SAVE_PATH)")
    testing.add_argument("--log_file", default="spk_classification.log", help="answers, one a line (default %(default)s)")  # fmt: skip
    testing.add_argument("--verbose", action="store_true", help="print every answer")
    for made in (making, training, testing):
        made.add_argument("--db_path", default="mcp", help="folder of the matrices (default mcp)")
        made.add_argument("--ext", default="mcp", help="extension of the matrices (default mcp)")
    for made in (training, testing):
        made.add_argument(
            "--spk2idx", default="cfg/spk2idx.json", help="table of speakers (default %(default)s)"
        )
        made.add_argument("--save_path", default="ckpt", help="folder of the model (default ckpt)")
    training.add_argument(
        "--corpus", metavar="NAME|FOLDER", help="train on a corpus of the course instead of lists"
    )
    training.add_argument("--by", default="recording", choices=("recording", "session"), help=BY)
    training.add_argument("--n_mfcc", type=at_least(1), help="coefficients a frame, with --corpus (default 20; recipe course: 40)")  # fmt: skip


def features(arguments) -> int:
    """Write matrices, lists and table of speakers of a corpus, in the exercise's own files."""
    from course_lib.tasks import speaker_id

    corpus, speakers = speaker_id.load_corpus(arguments.corpus, by=arguments.by)
    cfg = Path(arguments.cfg)
    for part in ("train", "valid", "test"):
        if not any(clip.split == part for clip in corpus):
            continue
        utterances = speaker_id.corpus_utterances(corpus, part, speakers, n_mfcc=arguments.n_mfcc)
        for utterance in utterances:
            speaker_id.write_matrix(
                Path(arguments.db_path) / f"{utterance.name}.{arguments.ext}", utterance.frames
            )
        speaker_id.write_list(cfg / f"all.{part}", [utterance.name for utterance in utterances])
        print(f"{part}: {len(utterances)} matrices in {arguments.db_path}, listed in {cfg / f'all.{part}'}")
    speaker_id.write_speakers(cfg / "spk2idx.json", speakers)
    print(f"{len(speakers)} speakers in {cfg / 'spk2idx.json'}; next: course spkid train")
    return 0


def train(arguments) -> int:
    """Train, and write options, statistics, best weights, numbers and curves to the folder of the model."""
    from course_lib import seeding
    from course_lib.tasks import speaker_id
    from course_lib.training import Progress

    seeding.set_threads()
    recipe = chosen_recipe(arguments)
    train, valid, speakers, where = _training_data(arguments, recipe)
    folder, names = Path(arguments.save_path), list(FLAGS)
    print(as_json({**where, **{name: getattr(recipe, name) for name in names}}))
    print(f"{len(train)} recordings of {len(speakers)} speakers to train on, {len(valid)} for validation")
    found, history = speaker_id.train_identifier(
        recipe, train, valid, speakers,
        checkpoint=folder / "checkpoint.pt", resume=arguments.resume, progress=Progress(log_freq=arguments.log_freq),
    )  # fmt: skip
    print(history)
    if not len(history):
        raise CourseError("stopped before the first epoch was whole; nothing is written")
    found.save(folder, **where)
    speaker_id.write_json(folder / "train_stats.json", history.to_dict())
    _save_curves(history, folder / "log_plots.png")
    print(f"validation: {speaker_id.evaluate(found, valid)}")
    print(f"options, statistics, weights and curves are in {folder}; next: course spkid test")
    return 0


def test(arguments) -> int:
    """Name the speaker of every recording, print the error rates, write answers and confusion picture."""
    from course_lib import seeding
    from course_lib.tasks import speaker_id

    seeding.set_threads()
    folder = Path(arguments.save_path)
    refuse_inputs(
        [arguments.log_file],
        [
            arguments.te_list_file,
            arguments.spk2idx,
            arguments.weights_ckpt,
            arguments.train_cfg,
            folder / "train.opts",
        ],
    )
    found, options = speaker_id.SpeakerIdentifier.load(
        folder, weights=arguments.weights_ckpt, options=arguments.train_cfg
    )
    if options.get("corpus"):
        corpus, _ = speaker_id.load_corpus(options["corpus"], by=options["by"])
        utterances = speaker_id.corpus_utterances(corpus, "test", found.speakers, n_mfcc=found.n_features)
    else:
        table = _same_table(found.speakers, Path(arguments.spk2idx))
        utterances = speaker_id.read_utterances(
            arguments.te_list_file, arguments.db_path, arguments.ext, table
        )
    report = speaker_id.evaluate(found, utterances)
    lines = [f"{name}\t{found.speakers[answered]}" for name, _, answered in report.answers]
    speaker_id.write_list(arguments.log_file, lines)
    if arguments.verbose:
        print(*lines, sep="\n")
    print(report)
    _save_confusion(report, found.speakers, folder / "confusion.png")
    print(f"answers: {arguments.log_file}   picture: {folder / 'confusion.png'}")
    return 0


def _same_table(speakers, path):
    """The table of speakers of the training; DataError where the one in `path`, if it is there, is another."""
    from course_lib.tasks import speaker_id

    table = {code: index for index, code in enumerate(speakers)}
    if path.exists() and speaker_id.read_speakers(path) != table:
        raise DataError(
            f"{path} is not the table that this identifier was trained with; give that one with --spk2idx, or train again"
        )
    return table


def _training_data(arguments, recipe):
    """-> train and validation utterances, the codes of the speakers, and what `test` must know of their origin."""
    from course_lib.tasks import speaker_id

    if arguments.corpus:
        corpus, speakers = speaker_id.load_corpus(arguments.corpus, by=arguments.by)
        n_mfcc = arguments.n_mfcc or speaker_id.COEFFICIENTS[arguments.recipe]
        train = speaker_id.corpus_utterances(corpus, "train", speakers, n_mfcc=n_mfcc)
        if any(clip.split == "valid" for clip in corpus):
            valid = speaker_id.corpus_utterances(corpus, "valid", speakers, n_mfcc=n_mfcc)
        else:
            train, valid = speaker_id.divided(train, seed=recipe.seed)
        corpus_name = str(Path(corpus.root)) if Path(arguments.corpus).is_dir() else arguments.corpus
        return train, valid, speakers, {"corpus": corpus_name, "by": arguments.by, "n_mfcc": n_mfcc}
    table = speaker_id.read_speakers(arguments.spk2idx)
    speakers = sorted(table, key=table.get)
    train = speaker_id.read_utterances(arguments.tr_list_file, arguments.db_path, arguments.ext, table)
    where = {
        name: getattr(arguments, name)
        for name in ("db_path", "tr_list_file", "va_list_file", "ext", "spk2idx")
    }
    if arguments.va_list_file == TEST_LIST and not arguments.validate_on_test:
        print(f"note: {TEST_LIST} is the test list, and choosing weights on it would flatter them; one recording in "
              "five of every speaker is held out of the train list instead (--validate_on_test undoes this)",
              file=sys.stderr)  # fmt: skip
        train, valid = speaker_id.divided(train, seed=recipe.seed)
        return train, valid, speakers, {**where, "va_list_file": f"held out of {arguments.tr_list_file}"}
    valid = speaker_id.read_utterances(arguments.va_list_file, arguments.db_path, arguments.ext, table)
    both = {u.name for u in train} & {u.name for u in valid}
    if both:
        raise DataError(
            f"{sorted(both)[0]} is in the train list and in the validation list; take it out of one"
        )
    return train, valid, speakers, where


def _save_curves(history, path):
    from course_lib.teaching import plots

    figure, axes = plots.new_axes(1, 2, width=10.0)
    for ax, what in zip(axes, ("loss", "accuracy")):
        plots.show_history(history, ax, what=what)
    plots.save_picture(figure, path, "Loss and accuracy of training and validation over the epochs.")


def _save_confusion(report, speakers, path):
    from course_lib.teaching import plots

    ax = plots.show_confusion(report.confusion, speakers)
    plots.save_picture(ax, path, "Confusion table of the speakers: a row for each, shares of its answers.")
