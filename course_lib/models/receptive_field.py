"""How much of the input one number of a layer can see: its receptive field. Ref: Dumoulin & Visin 2016, section 4."""

from course_lib.layers import pair

SLIDING = ("kernel_size", "stride", "padding")  # what every layer with a sliding window says about itself


def receptive_fields(model) -> dict:
    """{layer: (rows, columns)} of the input that one of its numbers sees, for a chain of sliding layers.

    Convolutions and pooling layers, ours and torch's 2-D ones, in the order in which `model` lists them; all others
    are passed by. Padding counts as input, so at the edges of the picture less is seen.

    >>> from torch import nn
    >>> receptive_fields(nn.Sequential(nn.Conv2d(1, 4, 3, stride=2), nn.MaxPool2d(2)))
    {'0': (3, 3), '1': (5, 5)}
    """
    seen, step, found = (1, 1), (1, 1), {}
    for name, layer in model.named_modules():
        if not all(hasattr(layer, part) for part in SLIDING):
            continue
        window, stride = pair(layer.kernel_size), pair(layer.stride)
        dilation = pair(getattr(layer, "dilation", 1))
        seen = tuple(s + (w - 1) * d * t for s, w, d, t in zip(seen, window, dilation, step))
        step = tuple(t * s for t, s in zip(step, stride))  # input points between two neighbours
        found[name] = seen
    return found
