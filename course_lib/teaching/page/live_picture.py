"""A picture that answers in the page itself: its data is sent once, and nothing asks the kernel while it moves.

The same module runs in two places. With a kernel it is an anywidget. Without one (the site, an exported notebook) the
stored output holds a first picture, the data and the module's text, and the module takes the first picture's place.
"""

import base64
import json
from html import escape

import anywidget
import numpy as np
import traitlets

from course_lib.errors import CourseError
from course_lib.teaching.page.elements import HERE, script
from course_lib.teaching.page.live import Live
from course_lib.teaching.plots.player import wav_bytes

PARTS = ("element", "core", "goals", "sound")  # the JavaScript that stands before every module
KINDS = ("float32", "int32", "int16", "uint16", "int8", "uint8")
CSS = HERE / "live.css"
START = "})();render({el:root.querySelector('.live-place'),model:{baked:true,get:(key)=>stored[key],set(){},save_changes(){},on(){},off(){}}});"


class Stage(anywidget.AnyWidget):
    """The widget of any live picture: `data` for JSON, `blobs` for bytes; `state` and `found` are what the page tells Python."""

    _css = CSS
    data = traitlets.Dict().tag(sync=True)
    blobs = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    found = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, module, parts, data, blobs):
        self._esm = script(module, parts=parts)
        super().__init__(data=data, blobs=blobs)


class LivePicture(Live):
    """Subclasses name their `module` (NAME.js in this folder), call `super().__init__`, and write `first()` and `alt`.

    title   what stands above it, and its name for screen readers;  how  how to use it, folded below, keys included
    data    anything that JSON can hold;  arrays  {name: array} of the types KINDS, float64 is sent as float32
    sounds  {name: (wave, rate)}, sent as WAV, exactly as it is;  blobs  {name: bytes}, such as those of `clips_bytes`
    """

    module = ""
    parts = PARTS  # a family of pictures may add a file of its own
    reports = ()  # what the module reports of a setting, for `seek`

    def __init__(self, *, title, how="", data=None, arrays=None, sounds=None, blobs=None):
        if not title.strip():
            raise CourseError("expected a title that says what the picture shows, got an empty one")
        self.title = title.strip()
        arrays = {name: _plain(name, values) for name, values in (arrays or {}).items()}
        kinds = {
            name: {"kind": values.dtype.name, "shape": list(values.shape)} for name, values in arrays.items()
        }
        self.sounds = {
            name: wav_bytes(wave, rate, longest=1e4) for name, (wave, rate) in (sounds or {}).items()
        }
        self.blobs = {name: values.tobytes() for name, values in arrays.items()} | (blobs or {})
        self.data = {"title": self.title, "how": how, "arrays": kinds, **(data or {})}
        json.dumps(self.data, allow_nan=False)  # raises here, where the mistake is, not in the page
        self.widget = Stage(self.module, self.parts, self.data, {**self.blobs, **self.sounds})

    alt = ""  # what the picture shows, in a sentence

    def seek(self, what, **bounds) -> "LivePicture":
        """Name something to find; the page marks it once a setting that the reader made is within the bounds.

        `key=(low, high)` for a number, None for no bound; `key="word"` for a choice. The keys are those of `reports`.
        A Modify task says what to try. Where the picture stands before anybody moved it, nothing counts as found.
        """
        if not bounds or bounds.keys() - set(self.reports):
            raise CourseError(
                f"expected bounds of {', '.join(self.reports) or 'a picture that reports its setting'}; "
                f"got {', '.join(bounds) or 'none'}"
            )
        ends = {
            key: [bound] * 2 if isinstance(bound, int | float) else bound for key, bound in bounds.items()
        }
        goal = {
            "what": what,
            "bounds": {key: each if isinstance(each, str) else list(each) for key, each in ends.items()},
        }
        self.data = {**self.data, "goals": [*self.data.get("goals", []), goal]}
        self.widget.data = self.data
        return self

    def answer_sounds(self, count, wave) -> None:
        """Let the page ask for sounds that it lacks, by their numbers below `count`; `wave(number)` gives one at 16 kHz."""

        def answer(_, content, buffers):
            number = content.get("sound")
            if isinstance(number, int) and 0 <= number < count:
                self.widget.send({"sound": number}, [wav_bytes(wave(number))])

        self.widget.on_msg(answer)
        self._hear, self.data = answer, {**self.data, "asks": True}
        self.widget.data = self.data

    @property
    def found(self) -> set:
        """What the reader has found of what is sought, as far as a kernel was there to be told."""
        return set(self.widget.found)

    def first(self) -> str:
        """HTML of the picture as it begins, for where no script runs; players in it are found by `data-sound`."""
        raise NotImplementedError(f"{type(self).__name__} needs a method first(self) that returns HTML")

    def text(self) -> str:
        return " ".join([f"{self.title}. {self.alt}", *self._to_find()])

    def _to_find(self) -> list:
        return [
            f"{'✔ Found' if goal['what'] in self.found else '○ To find'}: {goal['what']}."
            for goal in self.data.get("goals", [])
        ]

    def html(self) -> str:
        """The first picture, and below it what makes it live without a kernel: data, then the module's own text."""
        first = self.first() + "".join(f"<p>{escape(line)}</p>" for line in self._to_find())
        blobs = self.blobs | {
            name: wav for name, wav in self.sounds.items() if f'data-sound="{name}"' not in first
        }
        stored = {
            "data": self.data,
            "blobs": {name: base64.b64encode(each).decode("ascii") for name, each in blobs.items()},
        }
        values = json.dumps(stored, separators=(",", ":")).replace("<", "\\u003c")
        return (
            f'<div class="course-live"><div class="live-first">{first}</div><div class="live-place"></div>'
            f'<script type="application/json">{values}</script><script>{page_script(self.module, self.parts)}</script></div>'
        )


def page_script(module: str, parts=PARTS) -> str:
    """A module as a script for a page: it finds its output, its style and its data, and hides the first picture."""
    code = script(module, parts=parts)
    last = "export default { render };"
    if not code.rstrip().endswith(last):
        raise CourseError(f"expected {module}.js to end with `{last}`")
    style = json.dumps(CSS.read_text(encoding="utf-8"))
    before = (
        "(()=>{const root=document.currentScript.closest('.course-live');"
        "const key=document.currentScript.dataset.stored;"  # the site keeps data in files of its own
        "const stored=key?window.courseStored[key]:JSON.parse(root.querySelector('script').textContent);"
        "if(!document.getElementById('course-live-style')){const s=document.createElement('style');"
        f"s.id='course-live-style';s.textContent={style};document.head.append(s);}}"
        "root.querySelector('.live-first').hidden=true;"
    )
    body = f"const render=(()=>{{{code.rstrip()[: -len(last)]}return render;{START}"
    return f"{before}{body}}})();".replace("</", "<\\/")


def player_html(sound: bytes, name: str, caption: str) -> str:
    """A plain player whose sound the module takes over, so that it is stored once: blob `name` of the picture."""
    source = base64.b64encode(sound).decode("ascii")
    words = escape(caption)
    return f'<audio controls aria-label="{words}" data-sound="{name}" src="data:audio/wav;base64,{source}"></audio>'


def _plain(name, values) -> np.ndarray:
    values = values.detach().cpu().numpy() if hasattr(values, "detach") else np.asarray(values)
    values = values.astype("<f4") if values.dtype.kind == "f" else values
    values = values.astype("<i4") if values.dtype == np.int64 else values
    if values.dtype.name not in KINDS or not np.isfinite(values).all():
        raise CourseError(
            f"expected finite numbers for {name!r}, one of {', '.join(KINDS)}; got {values.dtype}"
        )
    return np.ascontiguousarray(values)
