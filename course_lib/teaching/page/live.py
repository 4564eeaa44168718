"""A live part of the page and what stands in its place where nothing is live: in print, on a site, before a run."""

import ipywidgets

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class Live:
    """A widget together with its static form: `.widget`, `.html()`, `.text()`. Shows itself in a notebook.

    JupyterLab prefers the widget; pages, slides and stored notebooks keep the HTML; a terminal prints the text.
    """

    widget: ipywidgets.DOMWidget

    def html(self) -> str:
        raise NotImplementedError

    def text(self) -> str:
        raise NotImplementedError

    def __repr__(self):
        return self.text()

    def _repr_mimebundle_(self, include=None, exclude=None):
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        return {WIDGET_VIEW: view, "text/html": self.html(), "text/plain": self.text()}
