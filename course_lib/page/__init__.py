"""What a notebook page can show besides figures: live parts that leave something readable where no kernel runs."""

from course_lib.page.booth import Booth
from course_lib.page.card import Card
from course_lib.page.live import Live
from course_lib.page.stage import Stage
from course_lib.page.timeline import Timeline

__all__ = ["Booth", "Card", "Live", "Stage", "Timeline"]
