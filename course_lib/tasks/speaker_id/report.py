"""How often the identifier errs: per utterance, where all frames decide together, and per frame."""

from dataclasses import dataclass

from course_lib.metrics import confusion, error_rate
from course_lib.training import predict


@dataclass(frozen=True)
class Report:
    """Error rates in [0, 1], counted once over all; `answers` are (name, true class, answered class)."""

    utterance_error: float
    frame_error: float
    frames: int
    n_speakers: int
    answers: tuple

    @property
    def confusion(self) -> list[list[int]]:
        """Row: the speaker it is; column: the one it was taken for."""
        return confusion([a[2] for a in self.answers], [a[1] for a in self.answers], self.n_speakers)

    def of(self, names) -> float:
        """The utterance error rate in [0, 1] of the recordings with these names alone."""
        chosen = [answer for answer in self.answers if answer[0] in set(names)]
        return error_rate([a[2] for a in chosen], [a[1] for a in chosen])

    def __repr__(self):
        wrong = sum(true != answered for _, true, answered in self.answers)
        return (
            f"utterance errors {self.utterance_error:.1%} ({wrong} of {len(self.answers)})   "
            f"frame errors {self.frame_error:.1%} ({self.frames} frames)   "
            f"chance {1 - 1 / self.n_speakers:.1%} of {self.n_speakers} speakers"
        )


def evaluate(identifier, utterances) -> Report:
    """Name the speaker of every frame and of every utterance, and count the errors."""
    data = identifier.frame_set(utterances)
    log_probs = predict(identifier.model, data, batch_size=4096)
    answered = data.decisions(log_probs)
    true = [utterance.speaker for utterance in utterances]
    return Report(
        error_rate(answered, true),
        error_rate(log_probs.argmax(1), data.y),
        len(data),
        len(identifier.speakers),
        tuple(zip([utterance.name for utterance in utterances], true, answered)),
    )
