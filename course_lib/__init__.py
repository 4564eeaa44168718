"""Transfer Learning by Ear: the library behind the lessons. Every file is one idea; start with `audio/waves.py`.

The verbs that the notebooks use are handed out here and imported only when first used, so that
`import course_lib` stays quick.
"""

from course_lib import lazy

__version__ = "1.0.0"  # pyproject.toml reads it here
__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    {
        "seeding": "seed_everything",
        "audio": "read tone fit_second",
        "features": "spectrogram",
        "data": "load",
        "teaching.plots": "figure listen",
        "teaching.predictions": "guess reveal",
        "teaching.conclusions": "conclude",
        "teaching.goals": "goal",
        "teaching.recorded": "on_real_recordings",
        "teaching.exercises": "check hint",
        "teaching.quizzes": "quiz",
        "teaching.widgets.lesson_progress": "lesson_progress",
    },
)
