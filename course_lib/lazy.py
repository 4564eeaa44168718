"""Names of a package that are imported when they are first used, so that importing the package is quick. Ref: PEP 562."""

import importlib


def attach(package, rooms):
    """`__getattr__`, `__dir__` and `__all__` of a package. rooms: {module below it: the names that it has, in one text}.

    Asking for another name raises AttributeError, which lists those that there are.

    >>> find, _, names = attach("course_lib", {"seeding": "seed_everything usable_cores"})
    >>> find("usable_cores").__module__, names
    ('course_lib.seeding', ['seed_everything', 'usable_cores'])
    """
    room_of = {name: room for room, names in rooms.items() for name in names.split()}

    def find(name):
        if name not in room_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}; it has {', '.join(room_of)}")
        return getattr(importlib.import_module(f"{package}.{room_of[name]}"), name)

    return find, lambda: sorted(room_of), list(room_of)
