"""Work that can be stopped in its middle and gone on with: a training run that a reader holds, changes and lets go on.

The work runs in a thread of its own, but only while `step` waits for it, never beside anything else. Each side finds
its own random state as it left it: a run that was held is, number for number, the run that was not.
"""

import random
import threading

import numpy
import torch


class Stepper:
    """`work()` in pieces: it calls `pause()` where it may be held; each `step()` runs it up to the next pause.

    `done` says that it has ended, `answer` is then what it returned. `step` raises what the work raises.
    """

    def __init__(self, work):
        self.done, self.answer, self._error = False, None, None
        self._go, self._held = threading.Semaphore(0), threading.Semaphore(0)
        self._random = None
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)

    def step(self) -> bool:
        """Run up to the next pause, or to the end; returns whether there is more to do."""
        if self.done:
            return False
        outside = _random_state()
        if self._random is None:
            self._thread.start()
        else:
            _set_random_state(self._random)
        self._go.release()
        self._held.acquire()
        self._random = _random_state()
        _set_random_state(outside)
        if self._error is not None:
            raise self._error
        return not self.done

    def pause(self) -> None:
        """Called by the work: wait for the next step."""
        self._held.release()
        self._go.acquire()

    def _run(self, work):
        self._go.acquire()
        try:
            self.answer = work()
        except BaseException as error:  # handed to whoever steps
            self._error = error
        self.done = True
        self._held.release()


def _random_state():
    return random.getstate(), numpy.random.get_state(), torch.get_rng_state()


def _set_random_state(state):
    random.setstate(state[0])
    numpy.random.set_state(state[1])
    torch.set_rng_state(state[2])
