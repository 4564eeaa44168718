"""Exercises of lesson 08: how alike two vectors are, the nearest centroid, how many seconds are enough."""

import math

from course_lib.teaching.exercises.exercise import Exercise, Misconception


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


def seconds_needed(curve, goal):
    """Try the seconds from the fewest on; the first whose accuracy reaches the goal; None if none does."""
    for seconds in sorted(curve):
        if curve[seconds] >= goal:
            return seconds
    return None


GROUPS = [
    ([[0.0, 0.0], [0.0, 2.0], [10.0, 0.0], [4.0, 0.0]], ["ana", "ana", "ben", "ben"], [3.4, 0.5]),
    ([[1.0, 1.0], [3.0, 3.0], [9.0, 9.0]], ["ana", "ana", "ben"], [4.0, 4.0]),
    ([[0.0, 5.0], [5.0, 0.0], [1.0, 1.0]], ["cleo", "ben", "ana"], [0.5, 4.0]),
    ([[2.0, 0.0], [2.0, 1.0], [2.0, 2.0], [-1.0, 0.0]], ["ana", "ana", "ana", "ben"], [0.2, 0.5]),
    ([[2.0, 2.0], [2.0, 2.0], [3.5, 3.5]], ["ana", "ana", "ben"], [2.2, 2.2]),
]

EXERCISES = (
    Exercise(
        id="08.cosine",
        title="How alike are two vectors?",
        kind="function",
        spec=cosine,
        cases=[
            ([1.0, 0.0], [1.0, 0.0]),
            ([1.0, 2.0, 2.0], [2.0, 0.0, 1.0]),
            ([3.0, 4.0], [-3.0, -4.0]),
            ([0.5, 0.1], [8.0, 1.0]),
        ],
        misconceptions=(
            Misconception(
                "not divided",
                lambda a, b: sum(x * y for x, y in zip(a, b)),
                "This is the dot product. A louder or longer vector gets a larger one; divide by both lengths.",
            ),
            Misconception(
                "divided by one length",
                lambda a, b: sum(x * y for x, y in zip(a, b)) / math.hypot(*a),
                "You divided by the length of the first vector only. Divide by both.",
            ),
            Misconception(
                "squared lengths",
                lambda a, b: sum(x * y for x, y in zip(a, b)) / (math.hypot(*a) ** 2 * math.hypot(*b) ** 2),
                "You divided by the squares of the lengths. The length is the square root of the sum of squares.",
            ),
            Misconception(
                "a distance",
                lambda a, b: math.dist(a, b),
                "This is the distance between the ends: 0 for equal vectors. A cosine is 1 there.",
            ),
            Misconception(
                "one minus it",
                lambda a, b: 1 - cosine(a, b),
                "This is the cosine distance, 0 for the same direction. The exercise asks for the similarity.",
            ),
            Misconception(
                "without sign",
                lambda a, b: abs(cosine(a, b)),
                "Opposite directions have a cosine of -1; you lost the sign.",
            ),
        ),
        equivalents=(lambda a, b: sum(x * y for x, y in zip(a, b)) / (math.hypot(*a) * math.hypot(*b)),),
        hints=(
            "The dot product says how much two vectors agree, but also how long they are. Take the lengths out.",
            "Length of a: the square root of the sum of x * x.",
            "sum(x * y for x, y in zip(a, b)) / (math.hypot(*a) * math.hypot(*b))",
        ),
        solution="dot = sum(x * y for x, y in zip(a, b))\nreturn dot / (math.hypot(*a) * math.hypot(*b))",
        why="Only the direction counts: 1 is the same direction, 0 nothing in common, -1 the opposite.",
        atol=1e-6,
    ),
    Exercise(
        id="08.nearest_centroid",
        title="The nearest centroid",
        kind="function",
        spec=nearest_centroid,
        cases=GROUPS,
        misconceptions=(
            Misconception(
                "the nearest single vector",
                lambda v, n, u: _nearest(v, n, u, single=True),
                "You named the owner of the one vector that is nearest. That is k-NN with k = 1. A centroid is the mean of all vectors of a name.",
            ),
            Misconception(
                "sums instead of means",
                lambda v, n, u: _nearest(v, n, u, total=True),
                "You added the vectors of a name but did not divide by how many they are.",
            ),
            Misconception(
                "divided by all",
                lambda v, n, u: _nearest(v, n, u, all_one=True),
                "You divided by the number of all vectors. Each name's mean is over its own.",
            ),
            Misconception(
                "the farthest",
                lambda v, n, u: _nearest(v, n, u, largest=True),
                "You took the largest distance. The nearest is the one with the smallest.",
            ),
            Misconception(
                "differences that cancel",
                lambda v, n, u: _nearest(v, n, u, city=True),
                "You added the differences with their signs, so that too much in one number makes up for too little in another. Square them, or use math.dist.",
            ),
            Misconception(
                "always the first",
                lambda v, n, u: n[0],
                "You named the first one, whatever the unknown is.",
            ),
        ),
        equivalents=(_nearest,),
        hints=(
            "Two steps: one mean vector for each name, then the distance from each to the unknown.",
            "[sum(column) / len(own) for column in zip(*own)] is the mean of a list of vectors; math.dist(a, b) their distance.",
            "Make a dictionary {name: mean vector}, then min(centres, key=lambda name: math.dist(centres[name], unknown)).",
        ),
        solution="centres = {}\nfor name in sorted(set(names)):\n    own = [vector for vector, owner in zip(vectors, names) if owner == name]\n    centres[name] = [sum(column) / len(own) for column in zip(*own)]\nreturn min(centres, key=lambda name: math.dist(centres[name], unknown))",
        why="One mean for each voice: nothing to train, nothing to choose, and a new voice needs no other voice to be learned again.",
    ),
    Exercise(
        id="08.seconds_needed",
        title="How many seconds are enough?",
        kind="function",
        spec=seconds_needed,
        cases=[
            ({1: 0.5, 2: 0.7, 5: 0.9, 10: 0.95}, 0.9),
            ({10: 0.95, 1: 0.5, 5: 0.92}, 0.9),
            ({1: 0.3, 2: 0.4}, 0.9),
            ({1: 0.8, 2: 0.95, 5: 0.92, 10: 0.97}, 0.93),
        ],
        misconceptions=(
            Misconception(
                "more than the goal",
                lambda curve, goal: next((s for s in sorted(curve) if curve[s] > goal), None),
                "An accuracy equal to the goal reaches it: use >=.",
            ),
            Misconception(
                "the order of the dictionary",
                lambda curve, goal: next((s for s in curve if curve[s] >= goal), None),
                "You took the seconds in the order in which they were given. Sort them first.",
            ),
            Misconception(
                "the best of all",
                lambda curve, goal: max(curve, key=curve.get) if max(curve.values()) >= goal else None,
                "You named the seconds with the highest accuracy. The question is how few are enough.",
            ),
            Misconception(
                "the most, if none",
                lambda curve, goal: next((s for s in sorted(curve) if curve[s] >= goal), max(curve)),
                "Where no number of seconds reaches the goal, the honest answer is None.",
            ),
            Misconception(
                "the accuracy",
                lambda curve, goal: next((curve[s] for s in sorted(curve) if curve[s] >= goal), None),
                "You returned the accuracy. The question asks for the seconds.",
            ),
        ),
        equivalents=(
            lambda curve, goal: min((s for s, accuracy in curve.items() if accuracy >= goal), default=None),
        ),
        hints=(
            "Go through the seconds from the fewest to the most.",
            "Return the first whose accuracy is at least the goal, and None after the loop.",
            "min((s for s in curve if curve[s] >= goal), default=None)",
        ),
        solution="return min((seconds for seconds, accuracy in curve.items() if accuracy >= goal), default=None)",
        why="A curve may go down again by chance; with more seeds it would be smoother. That is a reason to show the spread.",
    ),
)
