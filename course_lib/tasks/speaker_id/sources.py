"""Where utterances come from: a corpus of the course in one step, and a validation part held out by file."""

from collections import defaultdict

from course_lib.audio import fit_second
from course_lib.data import load
from course_lib.data.splits import hold_out_names
from course_lib.errors import CorpusError, CourseError
from course_lib.features import mfcc
from course_lib.tasks.speaker_id.frames import Utterance

N_MFCC, N_FFT, HOP = 20, 512, 160  # a window of 32 ms every 10 ms


def load_corpus(name, *, by="recording"):
    """The corpus with its manifest's own train and test recordings, and the codes of its train speakers, sorted."""
    corpus = load(name, by=by)
    if not all(any(clip.split == part for clip in corpus) for part in ("train", "test")):
        raise CorpusError(
            f"{corpus.name}: expected recordings in train and in test, its splits do not have both; "
            'resplit(load(name), by="recording") makes some'
        )
    return corpus, corpus.select(split="train").speakers


def clip_name(corpus, clip) -> str:
    """A clip's name in lists and matrices: corpus/speaker/file, so that the folder is the speaker's code."""
    return f"{corpus.name}/{clip.speaker}/{clip.path.rsplit('/', 1)[-1].rsplit('.', 1)[0]}"


def corpus_utterances(corpus, split, speakers, *, n_mfcc=N_MFCC) -> list[Utterance]:
    """The MFCC frames of every recording of one part, (frames, n_mfcc), with its speaker's class."""
    found = []
    for clip in corpus.select(split=split):
        if clip.speaker not in speakers:
            raise CorpusError(
                f"{corpus.name}: {clip.speaker or 'an unnamed speaker'} is in {split} and not in train; "
                "an identifier names only speakers it has heard: choose a corpus split within speakers"
            )
        wave = corpus.read(clip)
        wave = wave if len(wave) > N_FFT else fit_second(wave, N_FFT)
        frames = mfcc(wave, n_mfcc=n_mfcc, n_fft=N_FFT, hop=HOP, any_length=True).T
        found.append(Utterance(clip_name(corpus, clip), frames, speakers.index(clip.speaker)))
    return found


def divided(utterances, seed=0):
    """(train, valid): a fifth of every speaker's recordings is held out to choose on (see `splits.hold_out_names`)."""
    names = defaultdict(list)
    for utterance in utterances:
        names[utterance.speaker].append(utterance.name)
    held = hold_out_names(names, seed=seed)
    if not held:
        raise CourseError(
            "expected a speaker with two recordings or more, to hold one out for validation; "
            "give a validation list: --va_list_file"
        )
    train = [u for u in utterances if u.name not in held]
    return train, [u for u in utterances if u.name in held]
