"""Which windows are of one voice, and how many voices there are: agglomerative clustering of vectors by their cosines.

How alike two windows of one voice are depends on the room, the microphone and the base. So the recording itself says
it: windows that follow each other are mostly of one voice. Two groups are two voices where the mean cosine between
them is lower than that by DIFFERENT standard deviations. Ref: Han et al. 2008, Strategies to improve the robustness of
agglomerative hierarchical clustering under data source variation for speaker diarization.
"""

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from course_lib.errors import CourseError

DIFFERENT = 0.9  # standard deviations between two voices; chosen by tools/choose_diarization.py
FEWEST = 3  # windows of a voice; fewer (two at once, a cough) are given to the nearest voice
FINE = 12  # groups that the tree is cut into before they are judged, at least
MOST = 2_000  # windows that are compared with each other at most
APART = 1.5  # s: windows that are nearer share sound, and are alike for that alone
FOLLOWING = 1.9  # s: windows that are APART, but no further, follow each other
SHARED = 1e-3  # what a pair counts that shares sound: it decides only where there is no other
TRUST = 20  # pairs; what fewer say is drawn towards what is usual
LEAST = 0.03  # standard deviation of cosines, at least
MIDDLE = (
    0.6  # quantile of the cosines of following windows: some of these are two voices, so above the median
)


def cluster(
    vectors, speakers=None, *, difference=DIFFERENT, times=None, min_speakers=1, max_speakers=None
) -> np.ndarray:
    """Cluster vectors (n, d) of length 1 -> labels (n,), numbered by first appearance.

    Average linkage on cosines gives small groups of FEWEST windows or more; smaller ones join the most similar. Then the
    two groups that differ least are merged until there are `speakers` groups, or until all left are `difference`
    standard deviations apart (see above): then there are at least min_speakers and at most max_speakers.
    times (n,): the middles of the windows in seconds, so that pairs that share sound do not count.
    Raises CourseError for fewer than one speaker and for more speakers than windows.
    """
    asked = min_speakers if speakers is None else speakers
    most = max_speakers if speakers is None else speakers
    if not 1 <= asked <= len(vectors):
        raise CourseError(f"expected 1 to {len(vectors)} speakers (as many as windows), got {asked}")
    if most is not None and most < asked:
        raise CourseError(f"expected at least as many speakers at most as at least, got {asked} and {most}")
    if len(vectors) == 1:
        return np.zeros(1, dtype=int)
    tree = linkage(vectors, "average", metric="cosine")
    found, large = _small_groups(tree, max(FINE, asked), asked)
    centres = unit(np.stack([vectors[found == label].mean(0) for label in large]))
    nearest = (vectors @ centres.T).argmax(1)
    places = {label: place for place, label in enumerate(large)}
    groups = np.array([places.get(label, near) for label, near in zip(found, nearest)])
    new = _merged(vectors, groups, times, asked, len(large) if most is None else most, difference)
    order = {label: place for place, label in enumerate(dict.fromkeys(new[groups]))}
    return np.array([order[label] for label in new[groups]])


def _small_groups(tree, wanted, asked):
    """(labels (n,), the groups of FEWEST windows or more) of the first cut with so many of them, or with most."""
    best = None
    for count in range(1, min(len(tree) + 1, 6 * wanted) + 1):
        found = fcluster(tree, count, "maxclust")
        values, sizes = np.unique(found, return_counts=True)
        large = values[sizes >= FEWEST].tolist()
        if best is None or len(large) > len(best[1]):
            best = found, large
        if len(large) >= wanted:
            break
    if len(best[1]) < asked:  # as many groups of any size
        found = fcluster(tree, asked, "maxclust")
        best = found, sorted(set(found))
    return best


def _merged(vectors, groups, times, fewest, most, difference) -> np.ndarray:
    """The new number (g,) of every group, after those that differ least were merged, two at a time."""
    member, cosines = (
        np.eye(groups.max() + 1)[groups],
        vectors.astype(np.float32) @ vectors.T.astype(np.float32),
    )
    times = APART * np.arange(len(vectors)) if times is None else times
    apart = np.abs(np.subtract.outer(times, times)).astype(np.float32)
    weight = np.where(apart < APART, SHARED, 1.0).astype(np.float32)
    np.fill_diagonal(weight, 0)
    usual, spread = _of_one_voice(cosines, apart)
    sums = [member.T @ part @ member for part in (weight, weight * cosines, weight * cosines**2)]
    sums[0] += 1e-9  # groups without any pair
    new, left = np.arange(len(member.T)), list(range(len(member.T)))
    within = np.trace(sums[1]) / np.trace(sums[0])
    while len(left) > fewest:
        gaps = _differences(*sums, within)
        if len(left) <= most:
            between = (sums[1] + TRUST * usual) / (sums[0] + TRUST)
            gaps[usual - between >= difference * spread] = np.inf
        a, b = sorted(np.unravel_index(gaps.argmin(), gaps.shape))
        if gaps[a, b] == np.inf:
            break
        for table in sums:
            table[a] += table[b]
            table[:, a] += table[:, b]
        sums = [np.delete(np.delete(table, b, 0), b, 1) for table in sums]
        new[new == left.pop(b)] = left[a]
    return new


def _of_one_voice(cosines, apart):
    """(usual cosine, standard deviation) of windows that follow each other; of all where too few do."""
    known = cosines[np.triu((apart >= APART) & (apart < FOLLOWING), 1)]
    known = known if len(known) >= 10 else cosines[np.triu_indices(len(cosines), 1)]
    middle = np.median(known)
    return np.quantile(known, MIDDLE), max(LEAST, 1.48 * np.median(np.abs(known - middle)))


def _differences(count, total, squares, usual) -> np.ndarray:
    """How far every two groups (g, g) are apart, of the sums over their pairs: the mean cosine within them less that
    between them, in standard deviations of the cosines within (Cohen's d); infinite on the diagonal. `usual`: within a group.
    """
    own, mean = np.diag(count), np.diag(total)
    spread = np.sqrt(max(0.0, (np.diag(squares) - mean**2 / own).sum() / own.sum()))
    within = np.add.outer(mean, mean) + TRUST * usual
    gaps = (within / (np.add.outer(own, own) + TRUST) - total / count) / max(spread, LEAST)
    np.fill_diagonal(gaps, np.inf)
    return gaps


def unit(vectors) -> np.ndarray:
    """Every vector (..., d) brought to length 1; zeros stay zeros."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
