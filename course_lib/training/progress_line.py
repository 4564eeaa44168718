"""How far the training is and how long it may still take, on one line that overwrites itself."""

import sys
import time

EVERY_S = 0.5  # no more than two updates a second: stored notebooks stay short


class Progress:
    """Called with the History after every epoch; `batch` also within one. Elsewhere than on a screen: a line an epoch.

    log_freq: write a line every so many batches, as the speaker-recognition source does; 0: do not.
    """

    def __init__(self, *, log_freq=0, stream=None):
        self.stream = sys.stdout if stream is None else stream
        self.log_freq, self.epoch, self.shown, self.width = log_freq, 1, time.monotonic(), 0
        named = type(self.stream).__module__
        self.live = named.startswith("ipykernel") or bool(getattr(self.stream, "isatty", bool)())

    def batch(self, number, seen, mean_loss):
        if self.log_freq and number % self.log_freq == 0:
            self._line(f"epoch {self.epoch}  batch {number}  {seen} examples  loss {mean_loss:.4f}")
        elif self.live and time.monotonic() - self.shown > EVERY_S:
            self._over(f"epoch {self.epoch}  batch {number}  loss {mean_loss:.4f}")

    def __call__(self, history):
        row = history[-1]
        self.epoch = row.epoch + 1
        left = history.seconds / len(history) * (history.planned - len(history))
        known = row.valid_loss == row.valid_loss  # nan where there is no validation side
        text = (
            f"epoch {row.epoch}/{history.planned}  loss {row.train_loss:.4f}"
            + (f" (valid {row.valid_loss:.4f})" if known else "")
            + f"  accuracy {row.train_accuracy:.1%}"
            + (f" (valid {row.valid_accuracy:.1%})" if known else "")
            + f"  at most {left:.0f} s left"
        )
        last = len(history) == history.planned
        (self._over if self.live and not self.log_freq and not last else self._line)(text)

    def _over(self, text):
        self.stream.write("\r" + text.ljust(self.width))
        self.stream.flush()
        self.shown, self.width = time.monotonic(), len(text)

    def _line(self, text):
        self.stream.write(("\r" if self.width else "") + text.ljust(self.width) + "\n")
        self.stream.flush()
        self.shown, self.width = time.monotonic(), 0
