"""Exercises of lesson 07: what a foreign layer is worth, the recommended strategy, who won, which rows may be compared."""

import statistics

from course_lib.teaching.exercises.exercise import Exercise, Misconception

HEAD, TUNE, EARLY, SCRATCH = "new head", "fine-tune all", "freeze the early layers", "train from scratch"


def strategy(large, similar):
    """The four cases one by one, as the lesson's table lists them."""
    if similar:
        return TUNE if large else HEAD
    return SCRATCH if large else EARLY


def verdict(a, b):
    """Compare the two means; a difference that is not larger than the larger standard deviation is a tie."""
    difference = statistics.mean(a) - statistics.mean(b)
    if abs(difference) <= max(statistics.stdev(a), statistics.stdev(b)):
        return "tie"
    return "a" if difference > 0 else "b"


def kept_gain(own, foreign, random):
    """What the foreign layer adds to the random one, divided by what the own layer adds; None where that is nothing."""
    if own <= random:
        return None
    return (foreign - random) / (own - random)


def _by_mean(a, b):
    return "a" if statistics.mean(a) > statistics.mean(b) else "b"


def _by_best(a, b):
    return "tie" if max(a) == max(b) else "a" if max(a) > max(b) else "b"


def _error(a, b):
    difference = statistics.mean(a) - statistics.mean(b)
    if abs(difference) <= min(statistics.stdev(a), statistics.stdev(b)):
        return "tie"
    return "a" if difference > 0 else "b"


def _short(a, b):
    """`verdict` in other words."""
    high, low = (a, b) if statistics.fmean(a) > statistics.fmean(b) else (b, a)
    clear = statistics.fmean(high) - statistics.fmean(low) > max(statistics.stdev(a), statistics.stdev(b))
    return ("a" if high is a else "b") if clear else "tie"


def fair_pairs(runs):
    """Compare every pretrained run with every random one, column by column; keep the pairs that agree in all the rest."""
    found = []
    for i, (weights, frozen, seconds, seeds) in enumerate(runs):
        for j, (other, *rest) in enumerate(runs):
            if weights == "pretrained" and other == "random" and rest == [frozen, seconds, seeds]:
                found.append((i, j))
    return found


def _pairs(runs, *columns, weights=("pretrained", "random")):
    """Pairs that agree in these columns only, for the misconceptions."""
    return [
        (i, j)
        for i, one in enumerate(runs)
        for j, other in enumerate(runs)
        if (one[0], other[0]) == weights and all(one[column] == other[column] for column in columns)
    ]


DOGS = [
    ("random", "nothing", 2, 3),
    ("pretrained", "body", 2, 3),
    ("random", "body", 2, 3),
    ("pretrained", "nothing", 2, 3),
]
BUDGETS = [
    ("pretrained", "body", 10, 3),
    ("random", "body", 2, 3),
    ("pretrained", "body", 2, 5),
    ("random", "body", 10, 3),
    ("random", "body", 10, 1),
]
STORY = [("random", "nothing", 2, 3), ("pretrained", "body", 2, 3)]


EXERCISES = (
    Exercise(
        id="07.strategy",
        title="Four cases, four recommendations",
        kind="function",
        spec=strategy,
        cases=[(large, similar) for large in (True, False) for similar in (True, False)],
        misconceptions=(
            Misconception(
                "size alone",
                lambda large, similar: TUNE if large else HEAD,
                "You looked at the size alone. A body that learned another kind of task has late layers that do not fit, however few sounds there are.",
            ),
            Misconception(
                "similarity alone",
                lambda large, similar: HEAD if similar else SCRATCH,
                "You looked at the similarity alone. How many weights can be trained is decided by the size.",
            ),
            Misconception(
                "turned round",
                lambda large, similar: strategy(not large, similar),
                "You have large and small the wrong way round. Few sounds can train few weights.",
            ),
            Misconception(
                "similar and different exchanged",
                lambda large, similar: strategy(large, not similar),
                "You have similar and different the wrong way round. The more alike the tasks, the more can be kept.",
            ),
            Misconception(
                "always fine-tune",
                lambda large, similar: TUNE,
                "Fine-tuning all layers needs many sounds of a similar task. Two of the four cases have few, two are different.",
            ),
        ),
        equivalents=(
            lambda large, similar: {(1, 1): TUNE, (0, 1): HEAD, (1, 0): SCRATCH, (0, 0): EARLY}[
                large, similar
            ],
        ),
        hints=(
            "Two questions: how many weights can so many sounds train, and how many layers still fit?",
            "Similar: keep the body; with many sounds it may move as well. Different: only the early layers are generic.",
            'if similar: return "fine-tune all" if large else "new head"; and two more for different.',
        ),
        solution='if similar:\n    return "fine-tune all" if large else "new head"\nreturn "train from scratch" if large else "freeze the early layers"',
        why="Size says how much can be trained, similarity how much can be kept. It is advice, not a law: measure.",
    ),
    Exercise(
        id="07.verdict",
        title="Did it win?",
        kind="function",
        spec=verdict,
        cases=[
            ([0.9, 0.92, 0.91], [0.8, 0.82, 0.81]),
            ([0.5, 0.7, 0.6], [0.66, 0.65, 0.67]),
            ([0.4, 0.41, 0.42], [0.1, 0.9, 0.8]),
            ([0.2, 0.3, 0.25], [0.6, 0.61, 0.62]),
            ([0.95, 0.6, 0.7], [0.93, 0.94, 0.92]),
            ([0.5, 0.54, 0.52], [0.53, 0.51, 0.55]),
        ],
        misconceptions=(
            Misconception(
                "the larger mean",
                _by_mean,
                "The larger mean won, by however little. Another three seeds could turn it round: compare the difference with the spread.",
            ),
            Misconception(
                "the best seed",
                _by_best,
                "You compared the best seeds. Who tries often enough gets one lucky run; compare the means.",
            ),
            Misconception(
                "the smaller spread",
                _error,
                "You compared the difference with the smaller of the two spreads. The unsteadier method decides how sure you can be: take the larger.",
            ),
            Misconception(
                "names exchanged",
                lambda a, b: {"a": "b", "b": "a", "tie": "tie"}[verdict(a, b)],
                "The one with the larger mean accuracy won; you named the other.",
            ),
        ),
        equivalents=(_short,),
        hints=(
            "Three answers are possible. When is a difference too small to say anything?",
            "statistics.mean and statistics.stdev; a tie where the difference is not larger than the larger stdev.",
            'if abs(difference) <= max(stdev(a), stdev(b)): return "tie"',
        ),
        solution='difference = mean(a) - mean(b)\nif abs(difference) <= max(stdev(a), stdev(b)):\n    return "tie"\nreturn "a" if difference > 0 else "b"',
        why="A rough rule, good enough for three seeds: what other seeds could undo is not a victory.",
    ),
    Exercise(
        id="07.kept_gain",
        title="What is a foreign layer worth?",
        kind="function",
        spec=kept_gain,
        cases=[(0.9, 0.8, 0.5), (0.8, 0.4, 0.5), (0.6, 0.7, 0.2), (0.5, 0.6, 0.5), (0.4, 0.5, 0.6)],
        misconceptions=(
            Misconception(
                "a ratio of accuracies",
                lambda own, foreign, random: None if own <= random else foreign / own,
                "You divided the accuracies. A random layer would already be worth more than half that way: take its accuracy off both.",
            ),
            Misconception(
                "a difference",
                lambda own, foreign, random: None if own <= random else foreign - random,
                "This is what the foreign layer adds. Divide by what the own layer adds.",
            ),
            Misconception(
                "upside down",
                lambda own, foreign, random: (
                    None if own <= random or foreign == random else (own - random) / (foreign - random)
                ),
                "You have the fraction upside down: the own layer's gain stands below.",
            ),
            Misconception(
                "never None",
                lambda own, foreign, random: 0.0 if own == random else (foreign - random) / (own - random),
                "Where the own layer gains nothing over a random one, there is nothing to keep a share of: return None.",
            ),
        ),
        equivalents=(
            lambda own, foreign, random: 1 - (own - foreign) / (own - random) if own > random else None,
        ),
        hints=(
            "Zero should mean: as good as a random layer. One: as good as the own layer.",
            "Take the random layer's accuracy off both, then divide. What if the own layer gains nothing?",
            "None if own <= random else (foreign - random) / (own - random)",
        ),
        solution="if own <= random:\n    return None\nreturn (foreign - random) / (own - random)",
        why="A comparison needs two ends: the control at 0 and the layer made for the task at 1.",
        atol=1e-9,
    ),
    Exercise(
        id="07.fair_pairs",
        title="What was the base worth?",
        kind="experiment",
        spec=fair_pairs,
        cases=[(DOGS,), (BUDGETS,), (STORY,)],
        misconceptions=(
            Misconception(
                "everything against everything",
                lambda runs: _pairs(runs),
                "You compare any pretrained run with any random one. If something else differs too, nobody knows which of the two made the difference.",
            ),
            Misconception(
                "what is frozen may differ",
                lambda runs: _pairs(runs, 2, 3),
                "Your pairs differ in what is frozen as well: that was the fault of the dog story. A frozen base needs a frozen random body beside it.",
            ),
            Misconception(
                "the seconds may differ",
                lambda runs: _pairs(runs, 1, 3),
                "One of your pairs got more seconds than its partner. More data helps with any base.",
            ),
            Misconception(
                "the seeds may differ",
                lambda runs: _pairs(runs, 1, 2),
                "One of your pairs has another number of seeds. A mean of one run beside a mean of three: which of them was luck?",
            ),
            Misconception(
                "the other way round",
                lambda runs: [(j, i) for i, j in fair_pairs(runs)],
                "The pairs are right, but turned round: the pretrained run comes first.",
            ),
            Misconception(
                "repetitions",
                lambda runs: [
                    (i, j)
                    for i, one in enumerate(runs)
                    for j, other in enumerate(runs)
                    if i != j and one[1:] == other[1:]
                ],
                "You keep every pair that agrees in the other columns, whatever the weights. One must be pretrained, its partner random.",
            ),
        ),
        equivalents=(lambda runs: _pairs(runs, 1, 2, 3),),
        hints=(
            "A comparison answers one question if its two rows differ in one thing.",
            "The one thing is the weights. So frozen, seconds and seeds must be the same in both rows.",
            "Two loops over enumerate(runs); keep (i, j) if a[0] == 'pretrained', b[0] == 'random' and a[1:] == b[1:].",
        ),
        solution='return [\n    (i, j)\n    for i, a in enumerate(runs)\n    for j, b in enumerate(runs)\n    if (a[0], b[0]) == ("pretrained", "random") and a[1:] == b[1:]\n]',
        why="A control differs from the run it controls in one thing only. In the dog story there was no such pair at all.",
    ),
)
