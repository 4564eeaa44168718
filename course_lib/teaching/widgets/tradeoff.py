"""Two kinds of trials and one threshold: move it, see what is missed and what is a false alarm, hear the trial that it was."""

import numpy as np

from course_lib.errors import CourseError
from course_lib.metrics import det_curve, equal_error_rate
from course_lib.teaching.page import LivePicture
from course_lib.teaching.page.clips import clips_bytes
from course_lib.teaching.plots import COLOURS, Picture, new_axes

MOST = 2_000  # trials of one kind that are drawn
HEARD = 60  # sounds stored with the page, those nearest the threshold
HOW = (
    "Drag the line, or move the slider: what lies to the right is accepted. Hollow marks are errors. The triangle marks the "
    "threshold that costs least at the price you set for a miss. Point at a mark to see which trial it is, click to hear it. "
    "Keys, after Tab into the picture: left and right go from trial to trial by score."
)


class Tradeoff(LivePicture):
    """Scores of `positive` trials (n,) and of `negative` ones (m,); a score at or above the threshold says yes.

    names   of the two kinds;  says_yes  what a score above the threshold says ("snore", "same voice"), score its name
    wave    a function (kind, number) -> (samples,) at 16 kHz, kind 0 for positive, or None for trials that are no sounds
    notes   a function (kind, number) -> words for a trial;  threshold  where it begins (the equal error rate)
    Raises CourseError for scores that are empty, not finite or more than 2,000 of a kind.
    """

    module = "tradeoff"
    reports = (
        "threshold",
        "missed",
        "false_alarms",
        "price",
        "cost",
        "trial",
    )  # cost: 1 is the least possible

    def __init__(
        self,
        positive,
        negative,
        *,
        title,
        names,
        says_yes,
        score="score",
        wave=None,
        notes=None,
        threshold=None,
    ):
        kinds = [np.asarray(each, dtype=np.float32) for each in (positive, negative)]
        for each, name in zip(kinds, names):
            if each.ndim != 1 or not 1 <= len(each) <= MOST or not np.isfinite(each).all():
                raise CourseError(
                    f"expected 1 to {MOST:,} finite scores of {name}, got shape {each.shape}; draw some of them"
                )
        self.kinds, self.names = kinds, names
        truth = np.repeat([True, False], [len(each) for each in kinds])
        rate = equal_error_rate(np.concatenate(kinds), truth)
        if threshold is None:
            accepts, rejects, cuts = det_curve(np.concatenate(kinds), truth)
            threshold = cuts[np.abs(accepts - rejects).argmin()]
        self.threshold = float(np.float32(threshold))  # as the page compares
        orders = [np.argsort(each, kind="stable") for each in kinds]
        trials = [(kind, int(number)) for kind, order in enumerate(orders) for number in order]
        spans, sound = np.full((len(trials), 2), -1.0), b""
        if wave is not None:
            near = np.abs(np.concatenate([np.sort(each) for each in kinds]) - self.threshold)
            chosen = np.sort(np.argsort(near, kind="stable")[:HEARD])
            sound, spans[chosen] = clips_bytes([wave(*trials[number]) for number in chosen])
        missed, wrong = (
            int((kinds[0] < self.threshold).sum()),
            int((kinds[1] >= self.threshold).sum()),
        )
        self.alt = (
            f"Scores of {len(kinds[0])} trials of {names[0]} and {len(kinds[1])} of {names[1]}. At a threshold of "
            f"{self.threshold:.2f} {missed} are missed and {wrong} are false alarms; the equal error rate is {rate:.1%}."
        )
        data = {
            "yes": names[0],
            "no": names[1],
            "saysYes": says_yes,
            "score": score,
            "threshold": self.threshold,
            "notes": [str(notes(*trial)) for trial in trials] if notes else [],
            "alt": self.alt,
        }
        arrays = {"positive": np.sort(kinds[0]), "negative": np.sort(kinds[1]), "spans": spans}
        super().__init__(title=title, how=HOW, data=data, arrays=arrays, blobs={"clips": sound})
        if wave is not None:
            self.answer_sounds(len(trials), lambda number: wave(*trials[number]))

    def first(self):
        fig, ax = new_axes(height=3.0)
        edges = np.histogram_bin_edges(np.concatenate(self.kinds), bins=40)
        for each, name, colour, hatch in zip(self.kinds, self.names, COLOURS, ("", "//")):
            ax.hist(each, edges, label=name, color=colour, alpha=0.7, hatch=hatch, edgecolor="white")
        ax.axvline(self.threshold, color="black", linestyle="--", label="threshold")
        ax.set(xlabel=self.data["score"], ylabel="trials", title=self.title)
        ax.legend()
        return Picture(fig, self.alt).html
