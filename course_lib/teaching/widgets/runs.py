"""Walk through what was measured: the curves of one setting after the other, the scores of one case after the other."""

from course_lib.errors import CourseError
from course_lib.metrics import mean_and_spread
from course_lib.teaching.plots import show_curves, show_scores
from course_lib.teaching.widgets.base import Explorer, steps


class RunExplorer(Explorer):
    """The curves of one run at a time: `runs` is {setting: {name of a curve: values}}, moved through with a slider.

    label   what is set ("learning rate");  x  the places of the values, counted from 1 by default
    """

    title = "Run explorer"

    def __init__(self, runs, *, label, x=None, xlabel="epoch", ylabel="accuracy", chance=None):
        self.runs, self.label = _filled(runs, "{setting: {curve: values}}"), label
        self.settings = {"x": x, "xlabel": xlabel, "ylabel": ylabel, "chance": chance}
        super().__init__(setting=steps(label.capitalize(), self.runs))

    def picture(self, ax, setting):
        curves = self.runs[setting]
        show_curves(curves, ax, title=f"{self.label} {setting}", **self.settings)
        ax.set_ylim(-0.03, 1.03)
        words = "; ".join(
            f"{name} from {values[0]:.0%} to {values[-1]:.0%}" for name, values in curves.items()
        )
        words = f"{self.label.capitalize()} {setting}: {words}."
        return f"{self.settings['ylabel'].capitalize()} against {self.settings['xlabel']}. {words}", words


class ScoreExplorer(Explorer):
    """The scores of several methods, one case at a time: `cases` is {case: {method: [score of each run]}}.

    chances   {case: what guessing gives};  advice  {case: the method that is usually recommended}
    """

    title = "Case explorer"

    def __init__(self, cases, *, label="Case", xlabel="accuracy", chances=None, advice=None):
        self.cases, self.xlabel = _filled(cases, "{case: {method: scores}}"), xlabel
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


def _filled(groups, shape):
    if (
        not isinstance(groups, dict)
        or not groups
        or not all(isinstance(g, dict) and g for g in groups.values())
    ):
        raise CourseError(f"expected {shape} with at least one of each, got {type(groups).__name__}")
    return groups
