"""AMI: meetings of three to five people, headset mix, with who spoke when (RTTM).

Layout here: `<meeting>.Mix-Headset.wav` (16 kHz) beside `<meeting>.rttm`, as fetched one by one from the corpus's
own server and from BUT's diarization set-up, whose Full-corpus-ASR partition keeps speakers apart.
"""

from course_lib.data.public.dataset_spec import DatasetSpec, Licence, Part, Remote, Row
from course_lib.errors import DataError

AUDIO = "https://groups.inf.ed.ac.uk/ami/AMICorpusMirror/amicorpus/{0}/audio/{0}.Mix-Headset.wav"
TURNS = (
    "https://raw.githubusercontent.com/BUTSpeechFIT/AMI-diarization-setup/"
    "126863e146ce533e339041a7f65c5c6a3cf83223/only_words/rttms/{1}/{0}.rttm"
)
DEV = "ES2011a ES2011b ES2011c ES2011d IB4001 IB4002 IB4003 IB4004 IB4010 IB4011 IS1008a IS1008b IS1008c IS1008d TS3004a TS3004b TS3004c TS3004d"
TEST = "EN2002a EN2002b EN2002c EN2002d ES2004a ES2004b ES2004c ES2004d IS1009a IS1009b IS1009c IS1009d TS3003a TS3003b TS3003c TS3003d"
PARTITION = dict.fromkeys(DEV.split(), "valid") | dict.fromkeys(TEST.split(), "test")  # all others: train


def prepare(folder):
    """One row per meeting, by the official partition; its session is the series (ES2011a to d share their speakers)."""
    sounds = sorted(folder.rglob("*.Mix-Headset.wav"))
    turns = {file.stem: file for file in folder.rglob("*.rttm")}
    for sound in sounds:
        meeting = sound.name.split(".")[0]
        if meeting not in turns:
            raise DataError(
                f"expected {meeting}.rttm beside {sound.name}: without it nobody knows who speaks"
            )
        people = {
            line.split()[7] for line in turns[meeting].read_text().splitlines() if line.startswith("SPEAKER")
        }
        yield Row(
            source=sound,
            path=f"audio/{meeting}.flac",
            speaker=";".join(sorted(people)),
            label="meeting",
            language="en",
            split=PARTITION.get(meeting, "train"),
            session=meeting[:6],
            extra={"meeting": meeting, "n_speakers": len(people)},
            beside={"rttm_path": turns[meeting]},
        )


def _part(name, meetings, note):
    partition = {"train": "train", "valid": "dev", "test": "test"}
    remotes = []
    for meeting in meetings:
        remotes += [
            Remote(TURNS.format(meeting, partition[PARTITION.get(meeting, "train")]), size=20_000),
            Remote(AUDIO.format(meeting)),
        ]
    return Part(name, tuple(remotes), note=note)


PAGE = DatasetSpec(
    name="ami",
    title="AMI Meeting Corpus (headset mix)",
    teaches="who spoke when: diarization of a real meeting, with people who interrupt each other.",
    home="https://groups.inf.ed.ac.uk/ami/corpus/",
    licence=Licence("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    citation=(
        "J. Carletta et al., The AMI Meeting Corpus: A Pre-announcement, MLMI 2005; turns: F. Landini et al., "
        "Bayesian HMM clustering of x-vector sequences (VBx), 2020"
    ),
    prepare=prepare,
    splits="the Full-corpus-ASR partition, by speaker and meeting.",
    parts=(
        _part("three", ("ES2002a", "ES2011a", "ES2004a"), "One meeting each to train, choose and test on."),
        _part("dev", DEV.split(), "The 18 meetings of the official dev set."),
        _part("test", TEST.split(), "The 16 meetings of the official test set."),
    ),
)
