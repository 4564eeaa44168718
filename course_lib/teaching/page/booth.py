"""A recorder on the page: record, see the level, hear it back, keep or discard; or speak and be answered every second.

Nothing of a voice is a synchronised trait, because notebooks may store those: samples come as messages, answers go back
as messages. Until somebody presses Keep, a recording to be enrolled has not left the page.
"""

import anywidget
import numpy as np
import traitlets

from course_lib.teaching.page.elements import CSS, script

RATE = 16_000  # Hz, made by the page itself
LONGEST_S = 60  # a message with more samples than this is refused


class Booth(anywidget.AnyWidget):
    """`hear(kind, name, samples)` is called with "keep" and a name, with "second" and with "whole"; it returns the answer.

    The answer is a dictionary: {"text": words} or {"error": words}, {"known": names}, {"shares": [[name, share], ...]}.
    Samples are float32 at 16 kHz. `seconds` of one recording; `consent` is the sentence to be agreed to first;
    `files` are names of recordings that `hear("file", name, None)` may be asked for, to enrol or to be named.
    """

    _esm = script("booth")
    _css = CSS
    seconds = traitlets.Float(10.0).tag(sync=True)
    consent = traitlets.Unicode("").tag(sync=True)
    files = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, hear, **traits):
        super().__init__(**traits)
        self.hear = hear
        self.on_msg(self._message)

    def _message(self, _, content, buffers):
        kind, name = str(content.get("kind", "")), str(content.get("name", ""))[:60].strip()
        samples = np.frombuffer(buffers[0], dtype="<f4") if buffers else None
        if samples is not None and (len(samples) > LONGEST_S * RATE or not np.isfinite(samples).all()):
            answer = {"error": f"Expected at most {LONGEST_S} s of finite samples; record again."}
        else:
            try:
                answer = self.hear(kind, name, samples)
            except Exception as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
        self.send({"to": content.get("number"), **answer})
