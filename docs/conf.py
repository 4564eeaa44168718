"""Sphinx settings of the course's site: MyST-NB reads the solved lessons, the Sphinx book theme lays them out.

`make site` lays the sources out in build/site_sources (tools/static_site.py) and builds them with these settings.
Every page must open from a file without a network: formulas become MathML, and no script or font is loaded from
elsewhere.
"""

import os

from docutils import nodes
from latex2mathml.converter import convert

from course_lib.teaching.syllabus import load_syllabus

REPOSITORY = os.environ.get("COURSE_REPOSITORY") or load_syllabus().repository
"""Address of your fork, such as https://github.com/NAME/REPOSITORY, from notebooks/syllabus.yaml: with it every lesson
gets launch buttons for Binder and Colab. Without it they are left out."""
BRANCH = os.environ.get("COURSE_BRANCH", "main")

project = "Transfer Learning by Ear"
extensions = ["myst_nb"]

nb_execution_mode = "off"  # the stored outputs are shown; nothing is run
nb_code_prompt_show = "Solution"  # only solutions are folded
nb_code_prompt_hide = "Hide the solution"
nb_ipywidgets_js = {}  # these would come from a network; a widget's stored text and picture stand in
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_dmath_allow_labels = False
myst_heading_anchors = 3
suppress_warnings = ["mystnb.unknown_mime_type"]

html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["site.css"]
exclude_patterns = ["_*"]
templates_path = ["_templates"]
html_copy_source = False
html_use_index = False
html_show_search_summary = False  # it would be fetched, and a page opened as a file may not fetch
html_permalinks_icon = "#"
html_context = {"default_mode": "auto"}  # light or dark as the reader's system is, until a reader chooses
html_sidebars = {"**": ["search-button-field.html", "sbt-sidebar-nav.html"]}
html_theme_options = {
    "home_page_in_toc": True,
    "use_download_button": False,
    "show_toc_level": 2,
    "navbar_persistent": [],  # the search button of the side bar is enough
    "footer_content_items": ["extra-footer.html"],
    "extra_footer": "<p>Lessons CC BY 4.0, code MIT. The voices are synthetic, spoken by espeak-ng, unless a figure "
    "says otherwise.</p>",
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
if REPOSITORY:
    html_theme_options |= {
        "repository_url": REPOSITORY.rstrip("/").removesuffix(".git"),
        "repository_branch": BRANCH,
        "path_to_docs": "notebooks",
        "use_repository_button": True,
        "launch_buttons": {
            "notebook_interface": "jupyterlab",
            "binderhub_url": "https://mybinder.org",
            "colab_url": "https://colab.research.google.com",
        },
    }


def inline_formula(translator, node):
    translator.body.append(convert(node.astext()))
    raise nodes.SkipNode


def block_formula(translator, node):
    translator.body.append(f"<div class='math'>{convert(node.astext(), display='block')}</div>")
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", (inline_formula, None), (block_formula, None))
    app.config.html_math_renderer = "mathml"
