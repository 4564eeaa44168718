"""What the eye and the ear get: `figure` with alt text, `listen`, and the show_* functions (axis in, axis out)."""

from course_lib.teaching.plots.cells import mark_window, show_cells
from course_lib.teaching.plots.detection import show_det, show_night, show_score
from course_lib.teaching.plots.figures import Picture, check_alt, figure, new_axes, save_picture
from course_lib.teaching.plots.learning import (
    show_activity,
    show_confusion,
    show_curves,
    show_history,
    show_scores,
)
from course_lib.teaching.plots.meeting import show_likeness, show_turns
from course_lib.teaching.plots.player import audio_html, listen, wav_bytes
from course_lib.teaching.plots.sound import (
    show_aliasing,
    show_mel,
    show_mfcc,
    show_photo,
    show_spectrogram,
    show_spectrum,
    show_wave,
)
from course_lib.teaching.plots.style import COLOURS, GREY, STYLE, apply_style, ink

__all__ = [
    "COLOURS",
    "GREY",
    "STYLE",
    "Picture",
    "apply_style",
    "audio_html",
    "check_alt",
    "figure",
    "ink",
    "listen",
    "mark_window",
    "new_axes",
    "save_picture",
    "show_activity",
    "show_aliasing",
    "show_cells",
    "show_confusion",
    "show_curves",
    "show_det",
    "show_history",
    "show_likeness",
    "show_mel",
    "show_mfcc",
    "show_night",
    "show_photo",
    "show_score",
    "show_scores",
    "show_spectrogram",
    "show_spectrum",
    "show_turns",
    "show_wave",
    "wav_bytes",
]

apply_style()
