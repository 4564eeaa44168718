"""A piece of HTML made fit for the site: media in files, headings one can link to, links that lead somewhere, boxes
that scroll. And the pieces that its search looks through. Parsing: Beautiful Soup, which nbconvert brings along.
"""

import base64
import hashlib
import posixpath
import re
import struct
import unicodedata

from bs4 import BeautifulSoup

STORED = re.compile(r"data:(?:image/(png|jpeg)|audio/(wav));base64,([A-Za-z0-9+/=]+)")
HEADINGS = ("h1", "h2", "h3")


def slug(text: str) -> str:
    """The anchor of a heading, as GitHub makes it.

    >>> slug("4 · The spectrogram: 1025 x 32"), slug("k-NN")
    ('4--the-spectrogram-1025-x-32', 'k-nn')
    """
    kept = "".join(c for c in text.lower().strip() if c in " -_" or unicodedata.category(c)[0] in "LN")
    return kept.replace(" ", "-")


def media_to_files(html: str, files: dict) -> str:
    """Put every stored picture and sound into `files` {name: bytes}, named by its content, and link to it."""

    def out(match):
        data = base64.b64decode(match[3])
        name = f"media/{hashlib.blake2b(data, digest_size=8).hexdigest()}.{match[1] or match[2]}"
        files[name] = data
        return name

    return STORED.sub(out, html)


def fit(html: str, *, folder: str, pages: dict, files: dict) -> BeautifulSoup:
    """HTML of a lesson or document that lies in `folder` of the repository -> the same, fit for the site.

    pages   {path in the repository: file of the site}; a link to anything else there becomes plain text
    files   {name: bytes}, to which pictures and sounds are added
    """
    soup = BeautifulSoup(media_to_files(html, files), "html.parser")
    _name_headings(soup)
    for link in soup.find_all("a", href=True):
        _lead(link, folder, pages)
    for image in soup.find_all("img"):
        image["src"] = pages.get(posixpath.normpath(posixpath.join(folder, image["src"])), image["src"])
        data = files.get(image["src"], b"")
        if data.startswith(b"\x89PNG"):  # room is kept for a picture that is not there yet
            image["width"], image["height"] = struct.unpack(">II", data[16:24])
        image["loading"] = "lazy"
        image.wrap(soup.new_tag("div", attrs={"class": "scroll picture"}))
    for audio in soup.find_all("audio"):
        audio["preload"] = "none"
    for table in soup.find_all("table"):
        table.wrap(soup.new_tag("div", attrs={"class": "scroll"}))
    for cell in soup.find_all("th"):
        if not cell.get_text(strip=True):  # a corner of a table, which heads nothing
            cell.name = "td"
    _without_kernel(soup)
    return soup


def _name_headings(soup):
    """An anchor for every heading; of two alike, the second gets a number, as on GitHub."""
    seen = {}
    for heading in soup.find_all(HEADINGS):
        name = slug(heading.get_text())
        seen[name] = seen.get(name, -1) + 1
        heading["id"] = f"{name}-{seen[name]}" if seen[name] else name
        if heading.name != "h1":
            here = soup.new_tag("a", href=f"#{heading['id']}", attrs={"class": "here"})
            here["aria-label"] = f"Link to {heading.get_text()}"
            here.string = "#"
            heading.append(here)


def _lead(link, folder, pages):
    target, _, anchor = link["href"].partition("#")
    if "://" in target or target.startswith("mailto:"):
        return
    if target:
        page = pages.get(posixpath.normpath(posixpath.join(folder, target)))
        if page is None:
            link.unwrap()
            return
        target = page
    link["href"] = target + (f"#{anchor.lower()}" if anchor else "")


def _without_kernel(soup):
    """What a page that is only read cannot know: no guess was made on it. Its answers stand folded."""
    for box in soup.select(".output > div"):
        text = box.get_text()
        if text.startswith("No guess stored."):
            box.contents[0].extract()
            box.find("br").extract()
            fold = soup.new_tag("details", attrs={"class": "answer"})
            box.wrap(fold)
            summary = soup.new_tag("summary")
            summary.string = "Answer"
            fold.insert(0, summary)
        elif text.startswith("Predict: "):
            for line in box.find_all("p", string=re.compile("^No guess locked in yet")):
                line.extract()


def sections(soup: BeautifulSoup, page: str, title: str) -> list[dict]:
    """The prose of a page, heading by heading, for the search: code and what it prints are left out."""
    found, parts = [], []
    for node in soup.find_all(True):
        if node.name in HEADINGS:
            parts = []
            heading = "".join(
                t for t in node.find_all(string=True) if "here" not in t.parent.get("class", [])
            )
            address = f"{page}.html" + ("" if node.name == "h1" else f"#{node['id']}")
            found.append({"address": address, "title": title, "heading": heading, "text": parts})
        elif node.name in ("p", "li", "td", "th", "figcaption") and not node.find_parent(
            ("p", "li", "td", "th")
        ):
            parts.append(" ".join(node.get_text().split()))
    return [{**section, "text": " ".join(section["text"])} for section in found]
