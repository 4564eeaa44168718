"""VoxForge English: sentences read by volunteers the world over, with the accent that they say they have.

Layout: one `<user>-<date>-<code>.tgz` per sitting, with `wav/*.wav` (or flac/), `etc/README` and `LICENSE`. The
server lists them on a web page; sums are not published, so the first fetch records them.
"""

import re
from collections import defaultdict
from urllib.parse import urljoin

from course_lib.data.public.dataset_spec import DatasetSpec, Licence, Part, Remote, Row
from course_lib.data.splits import roles, share, split_sessions

LIST = Remote(
    "https://www.repository.voxforge1.org/downloads/SpeechCorpus/Trunk/Audio/Main/16kHz_16bit/",
    name="list.html",
)
NOBODY = ("anonymous",)  # many people under one name: nothing about a speaker can be learned or tested


UNITS = {"": 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000}


def sittings(html, listing) -> dict:
    """{user: his archives in order of date} on the server's page. Names are `user-yyyymmdd-code.tgz`.

    The size that stands in the row saves asking for each of thousands of files.
    """
    users, seen = defaultdict(list), set()
    for name, rest in sorted(re.findall(r'href="([\w.+-]+\.tgz)"([^\n]*?)(?=<a |\n|$)', html)):
        user = name.rsplit("-", 2)[0]
        if user in NOBODY or name in seen:
            continue
        seen.add(name)
        told = re.search(r"[>\s](\d+(?:\.\d+)?)([KMG]?)\s*(?:<|&nbsp;|$)", rest.split("</a>")[-1])
        size = int(float(told[1]) * UNITS[told[2]]) if told else None
        users[user].append(Remote(urljoin(listing.address, name), size=size))
    return users


def choose_some(html, listing):
    """The first and last sitting of 60 users with two or more (who can be tested on another day)."""
    users = {user: remotes for user, remotes in sittings(html, listing).items() if len(remotes) > 1}
    chosen = sorted(users, key=share)[:60]
    return tuple(remote for user in chosen for remote in (users[user][0], users[user][-1]))


def choose_all(html, listing):
    """Every sitting of everybody who has a name."""
    return tuple(remote for remotes in sittings(html, listing).values() for remote in remotes)


def prepare(folder):
    """One row per sentence. A sitting is a session; a user's sittings are kept apart, base and transfer users too."""
    homes = defaultdict(dict)
    for readme in sorted(folder.rglob("etc/README")):
        home = readme.parents[1]
        files = sorted([*home.glob("wav/*.wav"), *home.glob("flac/*.flac")])
        user = home.name.rsplit("-", 2)[0]
        if files and user not in NOBODY:
            homes[user][home.name] = (files, _facts(readme))
    role = roles(homes)
    for user, sessions in homes.items():
        split = split_sessions({name: len(files) for name, (files, _) in sessions.items()})
        for session, (files, facts) in sessions.items():
            for file in files:
                yield Row(
                    source=file,
                    path=f"audio/{user}/{session}__{file.stem}.flac",
                    speaker=user,
                    label=facts["accent"],
                    language="en",
                    split=split[session],
                    session=session,
                    extra={**facts, "role": role[user]},
                )


def _facts(readme) -> dict:
    """Accent, gender and age range as the speaker gave them; "" where he did not."""
    text = readme.read_text(encoding="utf-8", errors="replace")
    names = {"accent": "Pronunciation dialect", "gender": "Gender", "age_range": "Age Range"}
    found = {name: re.search(rf"^\s*{words}:[ \t]*(.*)$", text, re.M | re.I) for name, words in names.items()}
    facts = {name: match[1].strip().strip(";").lower() if match else "" for name, match in found.items()}
    facts["accent"] = re.sub(r"\s*english$", "", facts["accent"])
    return {name: "" if value in ("unknown", "please select") else value for name, value in facts.items()}


PAGE = DatasetSpec(
    name="voxforge",
    title="VoxForge English",
    teaches="speakers across sittings, and accents: what a model trained in one room is worth in another.",
    home="https://www.voxforge.org",
    licence=Licence("GPL-3.0-or-later", "https://www.gnu.org/licenses/gpl-3.0.html", copyleft=True),
    citation="VoxForge, Free Speech Recognition, www.voxforge.org",
    prepare=prepare,
    splits="by sitting within a speaker; users of one sitting have no split; column role keeps base and transfer apart.",
    by_hand="Download the archives in a browser and give their folder: --from FOLDER",
    parts=(
        Part("some", listing=LIST, choose=choose_some, note="Two sittings each of 60 speakers."),
        Part("all", listing=LIST, choose=choose_all, note="Every sitting; about 10 GB. Think of --limit."),
    ),
)
