"""The pictures of the sliding explorers: what the layer reads with its window marked, what it gives, what it multiplies."""

from course_lib.teaching.plots import mark_window, show_cells


def show_input(ax, x, points, dilation, *, step_s, row, unit):
    """The input (rows, columns), a column every `step_s` seconds, with the window over the `points` (rows, columns)."""
    rows, columns = points
    step = step_s
    edges = (columns[0] - 0.5) * step, (columns[-1] + 0.5) * step
    if len(x) > 1:
        extent = (-step / 2, (x.shape[1] - 0.5) * step, -0.5, len(x) - 0.5)
        ax.imshow(
            x.numpy(),
            origin="lower",
            aspect="auto",
            interpolation="nearest",
            extent=extent,
            rasterized=True,
        )
        dots = (rows, [column * step for column in columns]) if max(dilation) > 1 else None
        mark_window(ax, (rows[0] - 0.5, rows[-1] + 0.5), edges, dots=dots)
        ax.set(ylabel=row, xlim=extent[:2], ylim=extent[2:])
    else:
        margin = max(4 * len(columns) * dilation[1], 40)
        first, last = max(0, columns[0] - margin), min(x.shape[1], columns[-1] + margin)
        ax.plot([step * k for k in range(first, last)], x[0, first:last].numpy(), linewidth=1.0)
        ax.axvspan(*edges, facecolor="#f2cfb3", edgecolor="#D55E00")
        inside = [column for column in columns if 0 <= column < x.shape[1]]
        if len(inside) <= 200:
            ax.plot([step * k for k in inside], x[0, inside].numpy(), "o", color="black", markersize=3)
        ax.set_ylabel(unit)
        ax.margins(x=0)
    ax.set_xlabel("time (s)")
    ax.set_title("what the layer reads")


def show_output(ax, out, place, *, signed):
    """The output (rows, columns), the marked place framed."""
    row, column = place
    if len(out) > 1:
        show_cells(out, ax, signed=signed, mark=[(row, column)])
        if max(out.shape) > 24:
            ax.plot(column, row, "o", markersize=14, markerfacecolor="none", color="black")
        ax.set(ylabel="row", xlabel="column")
    else:
        ax.plot(out[0].numpy(), linewidth=1.0, marker="o" if out.shape[1] <= 40 else "", markersize=3)
        ax.plot(column, float(out[0, column]), "s", markersize=9, markerfacecolor="none", color="#D55E00")
        ax.set(xlabel="column")
        ax.margins(x=0.02)
    ax.set_title(f"output {out.shape[0]} x {out.shape[1]}")


def show_table(ax, title, numbers, settings):
    """Numbers under the window as cells, or as a curve where a row has too many."""
    if len(numbers) == 1 and numbers.shape[1] > 12:  # a row too long for numbers: a curve
        ax.plot(numbers[0].numpy(), linewidth=1.0)
        ax.axhline(0, color="black", linewidth=0.6, linestyle="-")
        ax.set_title(title)
    else:
        show_cells(numbers, ax, title=title, **settings)
    ax.title.set_fontsize(12)
