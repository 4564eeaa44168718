"""Walk through what was measured: the scores of several methods, one case after the other."""

from course_lib.errors import CourseError
from course_lib.metrics import mean_and_spread
from course_lib.teaching.plots import show_scores
from course_lib.teaching.widgets.base import Explorer, steps


class ScoreExplorer(Explorer):
    """The scores of several methods, one case at a time: `cases` is {case: {method: [score of each run]}}.

    chances   {case: what guessing gives};  advice  {case: the method that is usually recommended}
    """

    title = "Case explorer"

    def __init__(self, cases, *, label="Case", xlabel="accuracy", chances=None, advice=None):
        if (
            not isinstance(cases, dict) or not cases or not all(isinstance(g, dict) and g for g in cases.values())
        ):  # fmt: skip
            raise CourseError(
                f"expected {{case: {{method: scores}}}} with at least one of each, got {type(cases).__name__}"
            )
        self.cases, self.xlabel = cases, xlabel
        self.chances, self.advice = chances or {}, advice or {}
        super().__init__(case=steps(label, self.cases))

    def picture(self, ax, case):
        scores, chance = self.cases[case], self.chances.get(case)
        show_scores(scores, ax, xlabel=self.xlabel, chance=chance, title=case)
        ax.figure.subplots_adjust(left=0.3)
        means = {method: mean_and_spread(runs)[0] for method, runs in scores.items()}
        order = sorted(means, key=means.get, reverse=True)
        words = f"{case}: " + ", ".join(f"{method} {means[method]:.0%}" for method in order)
        words += f"; guessing {chance:.0%}." if chance is not None else "."
        if case in self.advice:
            place = order.index(self.advice[case]) + 1
            words += f" The usual advice, {self.advice[case]}, came in at place {place} of {len(order)}."
        return f"Scores of {len(scores)} methods, a dot for every run. {words}", words
