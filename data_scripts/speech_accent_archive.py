"""Speech Accent Archive: over 2,000 people from everywhere read the same English paragraph.

There is no address that a program may fetch from: get the folder by hand. Layout: `speakers_all.csv` with
filename, native_language, country, sex, age ... and `recordings/` (or `recordings/recordings/`) with `<filename>.mp3`
or `<filename>.wav`.
"""

import csv

from course_lib.data.public.dataset_spec import DatasetSpec, Licence, Row
from course_lib.data.splits import draw
from course_lib.errors import DataError


def prepare(folder):
    """One row per recording, one recording per speaker: split by speaker, label is the native language."""
    tables = sorted(folder.rglob("speakers_all.csv"))
    if not tables:
        raise DataError(
            f"expected the Speech Accent Archive with its speakers_all.csv, found none below {folder}"
        )
    sounds = {file.stem: file for kind in ("mp3", "wav") for file in sorted(folder.rglob(f"*.{kind}"))}
    with open(tables[0], newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            name = line["filename"].strip()
            if name not in sounds:  # the table names more speakers than there are recordings
                continue
            yield Row(
                source=sounds[name],
                path=f"audio/{line['native_language'].strip()}/{name}.flac",
                speaker=name,
                label=line["native_language"].strip(),
                language="en",
                split=draw(name),
                session=name,
                extra={
                    "accent": line["native_language"].strip(),
                    "country": line["country"],
                    "sex": line["sex"],
                },
            )


PAGE = DatasetSpec(
    name="speech_accent_archive",
    aliases=("accents",),
    title="Speech Accent Archive",
    teaches="accents where everybody reads the same text, so that nothing but the accent (and the voice) differs.",
    home="https://accent.gmu.edu",
    licence=Licence(
        "CC BY-NC-SA", "https://creativecommons.org/licenses/by-nc-sa/4.0/", noncommercial=True, copyleft=True
    ),
    citation="S. H. Weinberger, Speech Accent Archive, George Mason University, http://accent.gmu.edu",
    prepare=prepare,
    splits="by speaker; everybody reads the same paragraph.",
    by_hand=(
        "Get the folder with speakers_all.csv and recordings/ by hand (Kaggle: rtatman/speech-accent-archive), then: "
        "course data fetch speech_accent_archive --from FOLDER"
    ),
)
