"""What a notebook page can show besides figures: live parts that leave something readable where no kernel runs."""

from course_lib.teaching.page.booth import Booth
from course_lib.teaching.page.card import Card
from course_lib.teaching.page.figure_widget import FigureWidget
from course_lib.teaching.page.live import Live
from course_lib.teaching.page.timeline import Timeline

__all__ = ["Booth", "Card", "FigureWidget", "Live", "Timeline"]
