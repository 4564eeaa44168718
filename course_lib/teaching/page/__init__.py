"""What a notebook page can show besides figures: live parts that leave something readable where no kernel runs."""

from course_lib.teaching.page.booth import Booth
from course_lib.teaching.page.elements import Card, FigureWidget, Timeline
from course_lib.teaching.page.live import Live

__all__ = ["Booth", "Card", "FigureWidget", "Live", "Timeline"]
