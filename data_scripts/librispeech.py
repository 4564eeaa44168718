"""LibriSpeech: read English from LibriVox audiobooks, the source that the course's base model stands for.

Layout: `LibriSpeech/<part>/<speaker>/<chapter>/<speaker>-<chapter>-<utterance>.flac`, and
`LibriSpeech/SPEAKERS.TXT` with `id | sex | part | minutes | name`. Sums: torchaudio's datasets/librispeech.py.
"""

from collections import Counter, defaultdict

from course_lib.data.public.dataset_spec import DatasetSpec, Licence, Part, Remote, Row
from course_lib.data.splits import roles, split_sessions
from course_lib.errors import DataError

ADDRESS = "https://www.openslr.org/resources/12/{}.tar.gz"
PARTS = {  # name: (bytes, sha256)
    "dev-clean": (337_926_286, "76f87d090650617fca0cac8f88b9416e0ebf80350acb97b343a85fa903728ab3"),
    "test-clean": (346_663_984, "39fde525e59672dc6d1551919b1478f724438a95aa55f874b576be21967e6c23"),
    "dev-other": (314_305_928, "12661c48e8c3fe1de2c1caa4c3e135193bfb1811584f11f569dd12645aa84365"),
    "test-other": (328_757_843, "d09c181bba5cf717b3dee7d4d592af11a3ee3a09e08ae025c5506f6ebe961c29"),
    "train-clean-100": (6_387_309_499, "d4ddd1d5a6ab303066f14971d768ee43278a5f2a0aa43dc716b0e64ecbbbf6e2"),
    "train-clean-360": (23_049_477_885, "146a56496217e96c14334a160df97fffedd6e0a04e66b9c5af0d40be3c792ecf"),
    "train-other-500": (30_593_501_606, "ddb22f27f96ec163645d53215559df6aa36515f26e01dd70798188350adcb6d2"),
}


def prepare(folder):
    """One row per utterance. A chapter is a session: a speaker's chapters are kept apart, base and transfer speakers too."""
    files = sorted(folder.rglob("*-*-*.flac"))
    chapters = defaultdict(Counter)
    for file in files:
        speaker, chapter, _ = file.stem.split("-")
        chapters[speaker][chapter] += 1
    split = {speaker: split_sessions(counts) for speaker, counts in chapters.items()}
    role, sex = roles(chapters), _sexes(folder)
    for file in files:
        speaker, chapter, _ = file.stem.split("-")
        yield Row(
            source=file,
            path=f"audio/{speaker}/{file.name}",
            speaker=speaker,
            label=sex.get(speaker, ""),
            language="en",
            split=split[speaker][chapter],
            session=chapter,
            extra={"sex": sex.get(speaker, ""), "role": role[speaker], "subset": file.parts[-4]},
        )


def _sexes(folder) -> dict:
    tables = list(folder.rglob("SPEAKERS.TXT"))
    if not tables:
        raise DataError(f"expected LibriSpeech with its SPEAKERS.TXT, found none below {folder}")
    lines = tables[0].read_text(encoding="utf-8", errors="replace").splitlines()
    cells = [[cell.strip() for cell in line.split("|")] for line in lines if line and line[0] != ";"]
    return {line[0]: line[1] for line in cells if len(line) > 1}


PAGE = DatasetSpec(
    name="librispeech",
    title="LibriSpeech",
    teaches="speaker identification on audiobooks; what a base model learns from many readers, and how it transfers.",
    home="https://www.openslr.org/12",
    licence=Licence("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    citation=(
        "V. Panayotov, G. Chen, D. Povey, S. Khudanpur, LibriSpeech: an ASR corpus based on public domain audio "
        "books, ICASSP 2015"
    ),
    prepare=prepare,
    splits=(
        "by chapter within a speaker (column session); speakers of one chapter have no split; column role keeps base "
        "and transfer speakers apart."
    ),
    parts=tuple(
        Part(
            name, (Remote(ADDRESS.format(name), size=size, sum=f"sha256:{sum_}"),), unpacked=int(1.05 * size)
        )
        for name, (size, sum_) in PARTS.items()
    ),
)
