"""Transfer Learning by Ear: the library behind the lessons. Every file is one idea; start with `audio/waves.py`.

The verbs that the notebooks use are handed out here and imported only when first used, so that
`import course_lib` stays quick.
"""

import importlib

__version__ = "1.0.0"  # pyproject.toml reads it here
VERBS = {  # verb: the room it lives in
    "seed_everything": "seeding",
    "read": "audio",
    "tone": "audio",
    "fit_second": "audio",
    "spectrogram": "features",
    "load": "data",
    "figure": "teaching.plots",
    "listen": "teaching.plots",
    "guess": "teaching.predictions",
    "reveal": "teaching.predictions",
    "conclude": "teaching.conclusions",
    "check": "teaching.exercises",
    "hint": "teaching.exercises",
    "quiz": "teaching.quizzes",
}
__all__ = list(VERBS)


def __getattr__(name):
    if name not in VERBS:
        raise AttributeError(
            f"module 'course_lib' has no attribute {name!r}; it hands out {', '.join(VERBS)}"
        )
    return getattr(importlib.import_module(f"{__name__}.{VERBS[name]}"), name)


def __dir__():
    return sorted([*globals(), *VERBS])
