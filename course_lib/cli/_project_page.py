"""The page that `course project score` leaves: the result with its interval, beside two others, and what it is worth."""

from html import escape

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }} caption {{ text-align: left; padding: .5rem 0; }}
th, td {{ text-align: left; padding: .4rem .8rem; border-bottom: 1px solid #ccc; vertical-align: top; }}
</style></head><body><main><h1>{title}</h1>
<p>{asked} Measured: {measured}; {sounds} sounds, {groups} groups. This was look {look} at this test{caution}.</p>
<table><caption>The share that is right, with its 95 % interval: whole voices, kinds or meetings are drawn again.</caption>
<thead><tr><th scope="col">Model</th><th scope="col">Right</th><th scope="col">Interval</th><th scope="col">Details</th></tr></thead>
<tbody>{rows}</tbody></table>
{conclusions}
<h2>What this seal can do</h2>
<p>The sounds were made in memory and never lay on the disk, so no loader could train on them by accident, and every look
was counted before its result was shown. The seal does not stop anybody who wants to cheat: the program that makes the
sounds is open, and the count is a file of your own. They are synthesised: the result says how well the model does on such
sounds, and nothing about people.</p>
<h2>Rubric</h2>
<ol><li>The question can be answered by a measurement.</li><li>Nothing is on both sides of a split.</li><li>A control stands
beside the result.</li><li>The interval is read before the number.</li><li>What the result does not say is said.</li></ol>
</main></body></html>
"""


def page(result) -> str:
    """The report of `project.as_dict` as one HTML page that needs no network."""
    return PAGE.format(
        title=escape(f"{result['model']}: a sealed test"),
        rows="\n".join(_row(name, score) for name, score in result["scores"].items()),
        caution="" if result["look"] == 1 else "; the best of several looks is a lucky one",
        conclusions="\n".join(
            f"<p>{escape(conclusion(name, score['minus']))}</p>"
            for name, score in result["scores"].items()
            if name != "yours"
        ),
        **{key: escape(str(result[key])) for key in ("asked", "measured", "sounds", "groups", "look")},
    )


def _row(name, score) -> str:
    details = ", ".join(f"{what}: {in_figures(number)}" for what, number in score["details"].items())
    cells = f"{score['value']:.1%}", f"{score['low']:.0%} to {score['high']:.0%}", escape(details)
    return (
        f"<tr><th scope='row'>{escape(name)}</th>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    )


def conclusion(name, minus) -> str:
    """What may be said of yours less another model, by the interval of the difference on the same sounds.

    >>> conclusion("random weights", {"mean": 0.4, "low": 0.3, "high": 0.5})
    'Yours is better than random weights: +40 points, 95 % interval +30 to +50.'
    """
    if minus is None:
        return f"Yours and {name} cannot be compared sound by sound here: each serves other voices worst."
    points = "{mean:+.0f} points, 95 % interval {low:+.0f} to {high:+.0f}".format(
        **{key: 100 * value for key, value in minus.items()}
    )
    if minus["low"] > 0:
        return f"Yours is better than {name}: {points}."
    if minus["high"] < 0:
        return f"Yours is worse than {name}: {points}."
    return f"Between yours and {name} this test does not decide: {points}."


def in_figures(number) -> str:
    """A share in percent, a count with its commas.

    >>> in_figures(0.5), in_figures(102624)
    ('50%', '102,624')
    """
    return f"{number:,}" if isinstance(number, int) else f"{number:.0%}"
