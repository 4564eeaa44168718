"""Exercises of lesson 09: how alike two vectors are, the nearest centroid, what to enrol, a new head."""

import math

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import enrolment, freezing


def cosine(a, b):
    """Add up the products, number by number; divide by both lengths."""
    dot = one = other = 0.0
    for x, y in zip(a, b):
        dot, one, other = dot + x * y, one + x * x, other + y * y
    return dot / (math.sqrt(one) * math.sqrt(other))


def nearest_centroid(vectors, names, unknown):
    """Average each name's vectors, measure the distance to each average, name the smallest."""
    best, smallest = None, math.inf
    for name in sorted(set(names)):
        own = [vector for vector, owner in zip(vectors, names) if owner == name]
        centre = [sum(column) / len(own) for column in zip(*own)]
        distance = math.dist(centre, unknown)
        if distance < smallest:
            best, smallest = name, distance
    return best


def _nearest(vectors, names, unknown, *, total=False, single=False, largest=False, city=False, all_one=False):
    """The same with one thing changed, for the misconceptions."""
    groups = {}
    for vector, name in zip(vectors, names):
        groups.setdefault(name, []).append(vector)
    scores = {}
    for name, own in sorted(groups.items()):
        centre = [
            sum(column) / (1 if total else len(vectors) if all_one else len(own)) for column in zip(*own)
        ]
        if single:
            scores[name] = min(math.dist(vector, unknown) for vector in own)
        elif city:
            scores[name] = abs(sum(c - u for c, u in zip(centre, unknown)))
        else:
            scores[name] = math.dist(centre, unknown)
    return (max if largest else min)(scores, key=scores.get)


CODE = {
    "09.cosine": Code(
        spec=cosine,
        wrong={
            "not divided": lambda a, b: sum(x * y for x, y in zip(a, b)),
            "divided by one length": lambda a, b: sum(x * y for x, y in zip(a, b)) / math.hypot(*a),
            "squared lengths": lambda a, b: (
                sum(x * y for x, y in zip(a, b)) / (math.hypot(*a) ** 2 * math.hypot(*b) ** 2)
            ),
            "a distance": lambda a, b: math.dist(a, b),
            "one minus it": lambda a, b: 1 - cosine(a, b),
            "without sign": lambda a, b: abs(cosine(a, b)),
        },
        equivalents=(lambda a, b: sum(x * y for x, y in zip(a, b)) / (math.hypot(*a) * math.hypot(*b)),),
    ),
    "09.nearest_centroid": Code(
        spec=nearest_centroid,
        wrong={
            "the nearest single vector": lambda v, n, u: _nearest(v, n, u, single=True),
            "sums instead of means": lambda v, n, u: _nearest(v, n, u, total=True),
            "divided by all": lambda v, n, u: _nearest(v, n, u, all_one=True),
            "the farthest": lambda v, n, u: _nearest(v, n, u, largest=True),
            "differences that cancel": lambda v, n, u: _nearest(v, n, u, city=True),
            "always the first": lambda v, n, u: n[0],
        },
        equivalents=(_nearest,),
    ),
    "09.adapt": freezing.ADAPT,
    "09.enrol": enrolment.ENROL,
}
