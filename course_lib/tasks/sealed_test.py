"""The sealed test of the project: recordings that exist only in memory while a saved model is judged, and six questions.

The sounds are made from a seed that no corpus of the course has, with the course's own synthesiser; nothing is written
to the disk, so no loader trains on them by accident. Whoever reads this file can make them on purpose: a seal keeps
habits honest, it does not stop anybody. docs/project.md has the questions, the rubric and an example.
"""

from dataclasses import dataclass, field

import numpy as np
import torch

from course_lib import metrics, models
from course_lib.audio import SR
from course_lib.errors import CourseError
from course_lib.seeding import seed_everything
from course_lib.transfer import Base

SEED = 0x5EA1ED
QUESTIONS = {  # name: the question, what is measured
    "voices": ("Whose voice is it?", "12 new voices, enrolled from three seconds, named on two other days"),
    "words": (
        "Does it hear words of another language?",
        "ten words, two examples of each, other voices in other rooms",
    ),
    "sounds": ("Does it know birds and machines?", "six kinds of calls and hums, three examples of each"),
    "meeting": (
        "Who is in the meeting?",
        "two meetings of four voices, enrolled from three seconds of another day: seconds with the right name",
    ),
    "smallest": ("How small may a base be?", "as voices, beside the number of the body's parameters"),
    "fairest": ("Whom does it serve worst?", "as voices, for the worse served of longer and shorter throats"),
}


@dataclass(frozen=True)
class Score:
    """What a model reached: `value` with its 95 % interval (`low`, `high`), from `count` sealed sounds of voices, kinds
    or meetings; `each` of these has its own share. `details`, {what: number}, are for the report."""

    question: str
    value: float
    low: float
    high: float
    count: int
    each: dict
    details: dict = field(default_factory=dict)

    def minus(self, other):
        """The difference on the same voices, kinds or meetings, a metrics.PairedDifference; None where they differ."""
        if self.each.keys() != other.each.keys() or len(self.each) < 2:
            return None
        return metrics.paired_difference(
            *([score.each[name] for name in self.each] for score in (self, other))
        )


def score(base, question) -> Score:
    """Judge a Base on the sealed sounds of one of QUESTIONS. CourseError for another question or an unfit network."""
    if question not in QUESTIONS:
        raise CourseError(f"expected a question, one of {', '.join(QUESTIONS)}, got {question!r}")
    return {"words": _words, "sounds": _sounds, "meeting": _meeting}.get(question, _voices)(base, question)


def control(base) -> Base:
    """The same network with random weights: what it reaches, nobody has learned."""
    seed_everything(0)
    model = models.NETWORKS[type(base.model).__name__](len(base.classes), **base.settings)
    return Base(model.eval(), base.classes, base.settings, {}, "random weights")


def _nearest_is_right(base, waves, truth, enrolled):
    """Is each of the other sounds nearest to the mean of its own class? waves (n, 16000) -> (m,) of True and False."""
    waves = torch.as_tensor(np.stack(waves)).float()
    vectors = base.embed(waves).float()
    vectors = torch.nn.functional.normalize(vectors - vectors[enrolled].mean(0), dim=1)
    means = torch.stack([vectors[enrolled & (truth == k)].mean(0) for k in range(int(truth.max()) + 1)])
    nearest = (vectors[~enrolled] @ torch.nn.functional.normalize(means, dim=1).T).argmax(1)
    return (nearest == truth[~enrolled]).numpy()


def _with_interval(question, right, groups, details=None) -> Score:
    """A share with its interval: whole groups are drawn again, since sounds of one voice are alike."""
    names = np.unique(groups)
    if right.all() or not right.any():  # a sample of nothing but hits holds no error
        low, high = metrics.wilson_interval(len(names) * int(right.all()), len(names))
    else:
        low, high = metrics.bootstrap_interval(
            right.astype(int), np.ones(len(right), int), groups, score=lambda hits, _: float(hits.mean())
        )
    each = {int(name): float(right[groups == name].mean()) for name in names}
    return Score(question, float(right.mean()), low, high, len(right), each, details or {})


def _voices(base, question, people=12, days=3):
    from course_lib.data.synthetic.voices import draw_voice

    waves, rows = [], []
    for speaker in range(people):
        voice = draw_voice(SEED, f"sealed {speaker}")
        for day in range(days):
            waves += _seconds(voice, "sealed", speaker, day)
            rows += [(speaker, day, voice.tract < 1.055)] * 3
    speaker, day, longer = (torch.tensor(column) for column in zip(*rows))
    right, groups = _nearest_is_right(base, waves, speaker, day == 0), speaker[day > 0].numpy()
    body = sum(parameter.numel() for parameter in base.model.body.parameters())
    longer = longer[day > 0].numpy()
    by_throat = {
        "longer throats": float(right[longer].mean()),
        "shorter throats": float(right[~longer].mean()),
    }
    if question == "fairest":
        worse = longer if by_throat["longer throats"] < by_throat["shorter throats"] else ~longer
        return _with_interval(question, right[worse], groups[worse], by_throat)
    details = {"parameters of the body": body} if question == "smallest" else by_throat
    return _with_interval(question, right, groups, details)


def _words(base, question, language="sv", words=10, examples=2, others=4):
    from course_lib.data.synthetic.rooms import draw_session
    from course_lib.data.synthetic.voices import draw_voice, stream
    from course_lib.data.synthetic.wordbank import novel_words
    from course_lib.data.synthetic.words import in_a_second

    spoken = [(k, v) for k in range(words) for v in range(examples + others)]
    names = novel_words(language)[-words:]
    waves = []
    for k, v in spoken:
        draw = stream(SEED, "word", k, v)
        wave, _ = in_a_second(draw_voice(SEED, f"word {v}"), names[k], language, draw)
        waves.append(draw_session(draw, snr=(5, 15)).record(wave, 0)[:SR])
    word, voice = torch.tensor(spoken).T
    right = _nearest_is_right(base, waves, word, voice < examples)
    return _with_interval(question, right, voice[voice >= examples].numpy())


def _sounds(base, question, kinds=6, examples=3, others=8):
    made = [(k, n) for k in range(kinds) for n in range(examples + others)]
    kind, number = torch.tensor(made).T
    right = _nearest_is_right(base, [call(k, n) for k, n in made], kind, number < examples)
    return _with_interval(question, right, kind[number >= examples].numpy())


def call(kind, number):
    """A second of a bird (even kinds: a whistle that rises and falls) or a machine (odd kinds: a hum that beats).

    >>> call(0, 1).shape, bool(abs(call(1, 0)).max() <= 1)
    ((16000,), True)
    """
    from course_lib.data.synthetic.voices import stream

    own, once, t = stream(SEED, "kind", kind), stream(SEED, "call", kind, number), np.arange(SR) / SR
    pitch, melody, beat = own.uniform(1500, 4000), own.uniform(0.05, 0.3), own.uniform(2, 9)
    pitch, beat = pitch * once.uniform(0.95, 1.05), beat * once.uniform(0.95, 1.05)
    start = once.uniform(0, 1)
    if kind % 2:
        pitch, melody = pitch / 25, 0.01
    phase = 2 * np.pi * np.cumsum(pitch * (1 + melody * np.sin(2 * np.pi * beat * (t + start)))) / SR
    tone = sum(np.sin(k * phase) / k for k in range(1, 7)) if kind % 2 else np.sin(phase)
    loud = 0.55 + 0.45 * np.sin(2 * np.pi * beat * (t + start) / 2)
    wave = tone * loud + 0.05 * once.standard_normal(SR)
    return (0.5 * wave / np.abs(wave).max()).astype(np.float32)


def _meeting(base, question, meetings=2, people=4):
    from course_lib.data.synthetic import conversation
    from course_lib.data.synthetic.voices import draw_voice
    from course_lib.tasks.diarization import middles_within

    right, groups = [], []
    for number in range(meetings):
        cast = {str(k): draw_voice(SEED, f"meeting {number} {k}") for k in range(people)}
        alone = [second for name in cast for second in _seconds(cast[name], "enrolled", number, name)]
        vectors = base.embed(torch.tensor(np.stack(alone))).float()
        mean = vectors.mean(0)
        means = torch.nn.functional.normalize((vectors - mean).unflatten(0, (people, 3)).mean(1), dim=1)
        wave, turns = conversation(cast, 0.6, overlap=0.0, seed=SEED + number)
        times = [middles_within(start, end) for start, end, _ in turns]
        found = ((base.slide(wave, at=np.concatenate(times))[1].float() - mean) @ means.T).argmax(1).tolist()
        truth = [int(speaker) for (_, _, speaker), at in zip(turns, times) for _ in at]
        right += [a == b for a, b in zip(found, truth)]
        groups += [number * people + speaker for speaker in truth]
    return _with_interval(question, np.array(right), np.array(groups))


def _seconds(voice, *names):
    """Three seconds of a voice on a day and in a room of their own: three waves (16000,)."""
    from course_lib.data.synthetic.rooms import draw_session
    from course_lib.data.synthetic.speakers import at_length
    from course_lib.data.synthetic.voices import on_a_day, stream

    draw = stream(SEED, *names)
    wave = draw_session(draw).record(at_length(on_a_day(voice, draw), draw), 0)
    return np.split(np.pad(wave, (0, max(0, 3 * SR - len(wave))))[: 3 * SR], 3)
