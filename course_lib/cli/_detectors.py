"""The snore detector behind `course classify`: a frozen body, and a head trained in seconds and kept."""

import hashlib

from course_lib.models import image_net
from course_lib.paths import cache_root
from course_lib.tasks.snoring import fit_detector, load_detector, segments_of
from course_lib.transfer import Base, load_base


def bodies():
    """The names of the frozen bodies that can be had here, without asking a network."""
    return ["speech", *(name for name in image_net.NETWORKS if image_net.weights_path(name).is_file())]


def base_of(body):
    """The Base whose vectors a detector on that body reads: the course's speech base, or a network of ImageNet."""
    body = {"imagenet": "mobilenet_v3_small"}.get(body, body)  # what detectors of older versions call it
    if body in image_net.NETWORKS:
        return Base(image_net.image_network("pretrained", network=body), [])
    return load_base("pretrained")


def trained(corpus, body):
    """The Detector on `body` from the training and validation side of a corpus (all of it, where it has no sides)."""
    sided = any(clip.split == "train" for clip in corpus)
    pieces = segments_of(corpus.select(split=["train", "valid"]) if sided else corpus)
    detector = fit_detector(base_of(body).embed(pieces.waves), pieces.piece_y, pieces.owner, body=body)
    return detector, pieces


def kept(corpus, say):
    """The best detector for a corpus: of every body here, the one with the best AUC on recordings left out. Cached."""
    found = []
    for body in bodies():
        path = cache_root() / "detectors" / f"{corpus.name[:40]}-{body}-{_key(corpus)}.safetensors"
        if path.is_file():
            found.append(load_detector(path))
            continue
        say(f"training a detector on {corpus.name}, body: {body} (some seconds, once)")
        detector, _ = trained(corpus, body)
        detector.save(path)
        found.append(detector)
    return max(found, key=lambda detector: detector.about["left_out_auc"])


def _key(corpus):
    text = "|".join(
        f"{clip.path} {clip.label} {clip.split} {clip.get('sha256') or corpus.path(clip).stat()}"
        for clip in corpus
    )
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
