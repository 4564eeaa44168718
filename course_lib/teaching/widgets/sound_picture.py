"""A sound that is seen and heard in one: wave, spectrogram or mel bands, played from where one points."""

from html import escape

from course_lib.errors import CourseError
from course_lib.teaching.page import LivePicture, player_html
from course_lib.teaching.plots.player import checked
from course_lib.teaching.plots.thumbnail import describe, thumbnail

VIEWS = ("wave", "spectrogram", "mel")
HOW = (
    "Click in the picture to play from there. Drag a box to hear only that time and those frequencies. The strip above is "
    "the whole sound. Keys, after Tab into the picture: arrows move the cross, Shift with arrows draws a box, Enter plays, "
    "Space plays and stops, plus and minus zoom, Escape forgets the box."
)


class SoundPicture(LivePicture):
    """`wave` (samples,) in [-1, 1] at `rate` Hz, up to 20 s; `label` says what it is; `view` is the first of VIEWS drawn.

    explore  adds window length and hop, to see what they do;  speech  names the sounds of speech under the pointer.
    Raises AudioError as `listen` does, CourseError for another view.
    """

    module = "sound_picture"
    reports = ("view", "window", "hop", "box_s", "box_hz", "seen_s", "second")  # window and hop in samples

    def __init__(self, wave, *, label, rate=16_000, view="spectrogram", explore=False, speech=True):
        if view not in VIEWS:
            raise CourseError(f"expected a view of {', '.join(VIEWS)}, got {view!r}")
        self.samples, self.rate = checked(wave, rate), rate
        self.alt = describe(self.samples, rate)
        data = {"view": view, "explore": explore, "speech": speech, "alt": self.alt}
        super().__init__(title=label, how=HOW, data=data, sounds={"sound": (self.samples, rate)})

    def first(self):
        caption = escape(self.title)
        player = player_html(self.sounds["sound"], "sound", self.title)
        return f"<figure><figcaption>{caption}</figcaption>{thumbnail(self.samples, self.rate, self.title)}<br>{player}<p>{self.alt}</p></figure>"
