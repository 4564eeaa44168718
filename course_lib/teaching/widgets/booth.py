"""Your own voice: a booth that enrols people from ten seconds each and then says, second by second, who is speaking.

What is kept of a voice are two vectors, its prototype and what a verifier compares, in memory, until the kernel stops or `forget` is called. A recording is
written to disk only by `keep_waves=True` and `save`, on purpose.
"""

from html import escape
from pathlib import Path

import torch

from course_lib import audio
from course_lib.audio import SR, as_wave
from course_lib.errors import AudioError, CourseError
from course_lib.tasks.verification import load_verifier
from course_lib.teaching.page import Booth, Live
from course_lib.transfer import SOMEBODY_ELSE, identify, load_base, overall
from course_lib.transfer.prototypes import prototype, with_prototypes

CONSENT = (
    "Everybody who will be recorded has been asked, has said yes, and may take it back. "
    "I know that a voice can tell who somebody is, and more."
)


class VoiceBooth(Live):
    """Enrol voices and recognise them. `recordings` {name: wave (n,) at 16 kHz} stand in for a microphone.

    `.enrol(name, wave)`, `.who(wave)`, `.forget(name)` and `.save(folder)` do from code what the page does.
    """

    title = "Voice booth"

    def __init__(self, base=None, *, recordings=None, seconds=10.0, keep_waves=False):
        self.base = base or load_base()
        self.recordings = {name: as_wave(wave) for name, wave in (recordings or {}).items()}
        self.keep_waves, self.waves = keep_waves, {}
        self.prototypes, self.known, self.voices = {}, None, {}
        try:
            self.verifier = load_verifier(self.base)
        except CourseError:  # none was fitted for this base
            self.verifier = None
        files = list(self.recordings)
        self.widget = Booth(self._heard, seconds=float(seconds), consent=CONSENT, files=files)

    def enrol(self, name, wave) -> str:
        """Know this voice by that name from now on; the same name again replaces it. Returns what to say about it."""
        name = str(name).strip()
        if not name or name == SOMEBODY_ELSE:
            raise CourseError(f"expected a name, got {name!r}")
        wave = as_wave(wave)
        self.prototypes[name] = prototype(self.base, wave, name)
        self.known = with_prototypes(self.base, self.prototypes)
        if self.verifier:
            self.voices[name] = self.verifier.vector(wave)
        if self.keep_waves:
            self.waves[name] = wave
        return f"{name} is known from {len(wave) / SR:.1f} s. Known: {', '.join(self.prototypes)}."

    def who(self, wave) -> list:
        """Who speaks in every second of `wave`: a list of WindowPrediction, their probabilities in the order of `.names`."""
        if self.known is None:
            raise CourseError("expected a voice that is known, got none so far; enrol one first")
        return identify(self.known, wave)

    @property
    def names(self) -> list:
        return [*self.prototypes, SOMEBODY_ELSE]

    def forget(self, name) -> None:
        """Take a voice out again. Raises CourseError for a name that is not known."""
        if name not in self.prototypes:
            raise CourseError(f"expected a known name of {list(self.prototypes)}, got {name!r}")
        del self.prototypes[name]
        self.waves.pop(name, None)
        self.voices.pop(name, None)
        self.known = with_prototypes(self.base, self.prototypes) if self.prototypes else None

    def save(self, folder) -> list:
        """Write what was enrolled as WAV files, one a name. Only where the booth was made with keep_waves=True."""
        if not self.keep_waves:
            raise CourseError("expected VoiceBooth(keep_waves=True), said before anybody is recorded")
        paths = []
        for name, wave in self.waves.items():
            safe = "".join(letter if letter.isalnum() else "_" for letter in name)
            paths.append(Path(folder).expanduser() / f"{len(paths) + 1:02d}_{safe}.wav")
            paths[-1].parent.mkdir(parents=True, exist_ok=True)
            audio.write(paths[-1], wave)
        return paths

    def _heard(self, kind, name, samples) -> dict:
        """What the page asks: enrol a recording, name a second, or name a whole recording."""
        wave = torch.tensor(samples) if samples is not None else self.recordings.get(name)
        if wave is None:
            raise CourseError(f"expected a recording, got none called {name!r}")
        if kind in ("keep", "file"):
            return {"text": self.enrol(name, wave)}
        seconds = self.who(wave)
        shares = dict(zip(self.names, torch.tensor([s.probabilities for s in seconds]).mean(0).tolist()))
        who, _ = overall(seconds, self.names)
        told = {"shares": list(shares.items())}
        if kind == "second":
            return told | {"line": f"{who}, {shares[who]:.0%}" if who else "silence"}
        return told | {"text": self._in_all(wave, seconds, who)}

    def _in_all(self, wave, seconds, who) -> str:
        """Who spoke in the whole recording: by the verifier, with the error that it was measured to make, else by most seconds."""
        if not who:
            return "Nobody was heard."
        try:
            probable = self.verifier.who(wave, self.voices) if self.verifier else {}
        except AudioError:  # too short, or too little speech
            probable = {}
        who = max(probable, key=probable.get) if probable else who
        named = f"{sum(second.speaker == who for second in seconds)} of {len(seconds)} seconds"
        if not probable:
            return f"In all: {who} ({named})."
        about = self.verifier.about
        return (
            f"In all: {who} ({named}), {probable[who]:.0%} probable if one person spoke. Such a decision about two recordings "
            f"was wrong in {about['equal_error_rate']:.0%} of the trials of {about['people']} people."
        )

    def html(self) -> str:
        """What stands here where nothing is live."""
        return (
            f"<div><p><strong>{self.title}</strong> (run the cell to use it)</p><p>{escape(CONSENT)}</p>"
            "<p>Write a name, record ten seconds, hear them back, keep or discard them. When two or more people are known, "
            "speak and watch the answer change every second.</p></div>"
        )

    def text(self) -> str:
        return f"{self.title}. Known: {', '.join(self.prototypes) or 'nobody yet'}."
