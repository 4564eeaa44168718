"""`course data fetch`, `remove`, `info` and `credits`: the verbs about real corpora. data.py puts them in its list."""

from course_lib.cli._options import number
from course_lib.errors import DataError

IMAGENET = (
    "mobilenet_v2",
    "mobilenet_v3_small",
    "inception_v3",
)  # image_net.NETWORKS, without importing torch


def add_verbs(verbs):
    fetching = verbs.add_parser(
        "fetch",
        help="fetch a real corpus (licence first, then a whole folder or nothing), or the weights of ImageNet",
        description="Shows licence, citation, size, time and disk space before anything is fetched. Interrupted, the "
        "same command goes on where it stopped. Without NAME: what can be fetched. `imagenet` brings weights instead of "
        f"recordings: a network for photographs (--part: {', '.join(IMAGENET)}), checked by its sum.",
    )
    fetching.add_argument("name", nargs="?", metavar="NAME", help="such as librispeech, or imagenet")
    fetching.add_argument("--part", metavar="P", help="a part of the corpus, such as test-clean")
    fetching.add_argument(
        "--limit", type=number(float, above=0), metavar="GB", help="the most gigabytes to download"
    )
    fetching.add_argument(
        "--from", dest="source", metavar="FOLDER", help="your own copy (folder or archive): no download"
    )
    fetching.set_defaults(run=fetch)
    removing = verbs.add_parser("remove", help="remove a corpus from the course's data folder")
    removing.add_argument("names", nargs="+", metavar="NAME")
    removing.set_defaults(run=remove)
    telling = verbs.add_parser("info", help="licence, counts, hours and splits of a corpus")
    telling.add_argument("name", metavar="NAME")
    telling.set_defaults(run=info)
    crediting = verbs.add_parser("credits", help="what a slide or a paper must cite for the corpora in use")
    crediting.add_argument("names", nargs="*", metavar="NAME", help="default: every corpus there is")
    crediting.set_defaults(run=credits)


def fetch(arguments) -> int:
    from course_lib.data.public.fetching import fetch
    from course_lib.data.public.inventory import catalogue

    if arguments.name is None:
        print(catalogue())
        print(f"\nimagenet: weights of a network for photographs; parts {', '.join(IMAGENET)}")
        return 0
    if arguments.name == "imagenet":
        return fetch_imagenet(arguments.part)
    if arguments.limit is not None and not arguments.limit > 0:
        raise DataError(f"expected --limit above 0 gigabytes, got {arguments.limit}")
    limit = None if arguments.limit is None else int(arguments.limit * 1e9)
    fetch(arguments.name, arguments.part, limit=limit, source=arguments.source, say=_say)
    return 0


def fetch_imagenet(part) -> int:
    """The weights of one network; without a part MobileNetV2's and, where torchvision's address answers, V3's."""
    from course_lib.data.public import weights

    default, second, *_ = IMAGENET
    _say(f"{part or default}: {weights.fetch_imagenet(part or default, say=_say)}")
    if part is None:
        why = weights.try_imagenet(second, say=_say)
        _say(f"{second}: not fetched ({why})" if why else f"{second}: is there")
    return 0


def remove(arguments) -> int:
    from course_lib.data.public.inventory import remove

    for name in arguments.names:
        remove(name, say=_say)
    return 0


def info(arguments) -> int:
    from course_lib.data.public.inventory import info

    print(info(arguments.name))
    return 0


def credits(arguments) -> int:
    from course_lib.data.public.inventory import credits

    print(credits(arguments.names))
    return 0


def _say(text):
    print(text, flush=True)
