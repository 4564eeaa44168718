"""Many short sounds in one small file, for pictures in which every point can be heard."""

import io

import numpy as np
import soundfile

from course_lib.audio import SR

GAP = np.zeros(SR // 5)  # 0.2 s: an encoder's delay then never brings in the sound before
LOUDEST = 0.8  # compression overshoots
COMPRESSION = 0.8  # about 3.5 kB for a second of speech


def clips_bytes(waves) -> tuple[bytes, np.ndarray]:
    """Sounds (samples,) at 16 kHz as one MP3, which every browser decodes, and (n, 2): where each begins and ends, in s.

    They are for listening only: compressed, and a sound with a peak above LOUDEST is scaled down to it.
    """
    pieces, spans, at = [], [], 0
    for wave in waves:
        wave = wave.detach().cpu().numpy() if hasattr(wave, "detach") else wave
        wave = np.asarray(wave, dtype=float)
        pieces += [wave / max(1.0, np.abs(wave).max(initial=0) / LOUDEST), GAP]
        spans.append((at / SR, (at + len(wave)) / SR + 0.1))
        at += len(wave) + len(GAP)
    file = io.BytesIO()
    soundfile.write(
        file,
        np.concatenate(pieces),
        SR,
        format="MP3",
        subtype="MPEG_LAYER_III",
        compression_level=COMPRESSION,
    )
    return file.getvalue(), np.array(spans)
