"""ESC-50: 2,000 environmental sounds of five seconds in 50 classes, snoring among them.

Layout: `audio/<fold>-<source>-<take>-<target>.wav` (44.1 kHz) and `meta/esc50.csv` with filename, fold, target,
category. Clips cut from one Freesound recording lie in one fold.
"""

import csv

from course_lib.data.public.dataset_spec import DatasetSpec, Licence, Part, Remote, Row
from course_lib.errors import DataError

FOLDS = {"1": "train", "2": "train", "3": "train", "4": "valid", "5": "test"}


def prepare(folder):
    """One row per clip, split by fold; the session is the Freesound recording that it was cut from."""
    tables = sorted(folder.rglob("esc50.csv"))
    if not tables:
        raise DataError(f"expected ESC-50 with its meta/esc50.csv, found none below {folder}")
    with open(tables[0], newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            stem = line["filename"].removesuffix(".wav")
            yield Row(
                source=tables[0].parents[1] / "audio" / line["filename"],
                path=f"audio/{line['category']}/{stem}.flac",
                label=line["category"],
                split=FOLDS[line["fold"]],
                session=stem.split("-")[1],
                extra={"fold": line["fold"]},
            )


PAGE = DatasetSpec(
    name="esc50",
    aliases=("esc-50",),
    title="ESC-50",
    teaches="sounds that are not speech: snoring or not, a spectrogram as an image.",
    home="https://github.com/karolpiczak/ESC-50",
    licence=Licence("CC BY-NC 3.0", "https://creativecommons.org/licenses/by-nc/3.0/", noncommercial=True),
    citation=(
        "K. J. Piczak, ESC: Dataset for Environmental Sound Classification, ACM Multimedia 2015, "
        "doi:10.1145/2733373.2806390"
    ),
    prepare=prepare,
    splits="by the official folds: 1 to 3 train, 4 valid, 5 test.",
    parts=(
        Part(
            "all",
            (
                Remote(
                    "https://github.com/karolpiczak/ESC-50/archive/master.zip",
                    name="ESC-50-master.zip",
                    hosts=("codeload.github.com",),
                ),
            ),
            unpacked=900_000_000,
            note="About 650 MB.",
        ),
    ),
)
