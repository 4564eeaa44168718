"""What a notebook page can show besides figures: live parts that leave something readable where no kernel runs."""

from course_lib.teaching.page.booth import Booth
from course_lib.teaching.page.elements import Card, FigureWidget, Progress
from course_lib.teaching.page.live import Live
from course_lib.teaching.page.live_picture import LivePicture, player_html

__all__ = ["Booth", "Card", "FigureWidget", "Live", "LivePicture", "Progress", "player_html"]
