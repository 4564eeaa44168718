"""How much of a network is taken over: move the border between frozen and trained, see what it measured."""

from course_lib.errors import CourseError
from course_lib.teaching.widgets.base import Explorer, steps
from course_lib.transfer import layer_names

FROZEN, TRAINED = "#0072B2", "#D55E00"


class ReuseExplorer(Explorer):
    """The layers of `model` as bars, frozen ones hatched up to the border; `points` are the results of `freezing_point_sweep`.

    The model is one for the new classes, so that its parameters are those of the transfer model.
    """

    title = "Reuse explorer"

    def __init__(self, model, points):
        self.points = {point.upto or "nothing": point for point in points}
        self.sizes = {
            name: sum(p.numel() for p in model.get_submodule(name).parameters(recurse=False))
            for name in layer_names(model)
        }
        unknown = sorted(set(self.points) - {"nothing", *self.sizes})
        if unknown or not self.points:
            raise CourseError(
                f"expected points of this model, with {', '.join(self.sizes)}; got {', '.join(unknown) or 'none'}"
            )
        super().__init__(upto=steps("Frozen up to", self.points))

    def picture(self, ax, upto):
        names, point = list(self.sizes), self.points[upto]
        frozen = names.index(upto) + 1 if upto in names else 0
        for place, size in enumerate(self.sizes.values()):
            held = place < frozen
            ax.barh(
                place,
                size / 1000,
                color=FROZEN if held else TRAINED,
                hatch="//" if held else "",
                edgecolor="white",
            )
            ax.text(size / 1000, place, f" {size:,} {'frozen' if held else 'trained'}", va="center")
        mean, spread = point.accuracy
        ax.set_yticks(range(len(names)), names)
        ax.invert_yaxis()
        ax.set(
            xlabel="parameters (thousands)",
            title=f"{point.utilization:.1%} reused: {mean:.1%} right",
            xlim=(0, max(self.sizes.values()) / 1000 * 1.35),
        )
        ax.figure.subplots_adjust(left=0.17)
        words = (
            f"Frozen up to {upto}: {point.utilization:.2%} of the parameters are the base's, {point.trained_parameters:,} are "
            f"trained, {point.seconds / len(point.accuracies):.1f} s a seed. Accuracy {mean:.1%}"
            + ("." if spread != spread else f" ± {spread:.1%} over {len(point.accuracies)} seeds.")
        )
        return f"Parameters of each layer as bars, {frozen} of {len(names)} layers frozen. {words}", words
