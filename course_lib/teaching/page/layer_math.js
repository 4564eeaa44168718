// The layers of course_lib.layers in the page: numbers in, numbers out; nothing here touches the document.
// An array is { data, shape }: channels, rows, columns; the last axis runs fastest.

// Float16 numbers, sent as 16-bit words, as a Float32Array.
function halves(words) {
  const out = new Float32Array(words.length);
  for (let k = 0; k < words.length; k++) {
    const sign = words[k] & 0x8000 ? -1 : 1, power = (words[k] >> 10) & 31, rest = words[k] & 1023;
    out[k] = sign * (power === 31 ? (rest ? NaN : Infinity) : power ? 2 ** (power - 15) * (1 + rest / 1024) : 2 ** -24 * rest);
  }
  return out;
}

// Places of a window along `size` points, rounded down as torch does; 0 where it does not fit.
function outSize(size, window, stride = 1, padding = 0, dilation = 1) {
  return Math.max(0, Math.floor((size + 2 * padding - dilation * (window - 1) - 1) / stride) + 1);
}

// Rows (or columns) that a window touches at a place; negative or too large: padding.
function touched(place, { window, stride, padding, dilation }) {
  return Array.from({ length: window }, (_, k) => place * stride - padding + k * dilation);
}

// The sliding of one axis as { window, stride, padding, dilation }.
function along(sizes, axis) {
  const at = (name, otherwise) => (sizes[name] ? sizes[name][axis] : otherwise);
  return { window: sizes.window[axis], stride: at("stride", 1), padding: at("padding", 0), dilation: at("dilation", 1) };
}

// A convolution: weight is { data, shape: [out, in, rows, columns] }, bias an array or null.
function conv2d(x, weight, bias, sizes) {
  const [channels, height, width] = x.shape, [outs, , kh, kw] = weight.shape;
  const r = along({ ...sizes, window: [kh, kw] }, 0), c = along({ ...sizes, window: [kh, kw] }, 1);
  const rows = outSize(height, kh, r.stride, r.padding, r.dilation), columns = outSize(width, kw, c.stride, c.padding, c.dilation);
  const out = new Float32Array(outs * rows * columns), size = channels * kh * kw;
  const patch = new Float32Array(size); // the window is copied once, then multiplied by every kernel
  const turned = outs < 4 ? null : (weight.turned ??= turn(weight.data, outs, size)), sums = new Float64Array(outs);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) {
    let at = 0;
    for (let channel = 0; channel < channels; channel++) for (let a = 0; a < kh; a++) {
      const row = i * r.stride - r.padding + a * r.dilation, start = (channel * height + row) * width;
      for (let b = 0; b < kw; b++) {
        const column = j * c.stride - c.padding + b * c.dilation;
        patch[at++] = row >= 0 && row < height && column >= 0 && column < width ? x.data[start + column] : 0;
      }
    }
    const places = rows * columns, place = i * columns + j;
    if (outs < 4) {
      for (let o = 0; o < outs; o++) {
        let sum = bias ? bias[o] : 0;
        for (let k = 0, w = o * size; k < size; k++, w++) sum += patch[k] * weight.data[w];
        out[o * places + place] = sum;
      }
      continue;
    }
    for (let o = 0; o < outs; o++) sums[o] = bias ? bias[o] : 0;
    for (let k = 0, w = 0; k < size; k++, w += outs) {
      const number = patch[k];
      if (number) for (let o = 0; o < outs; o++) sums[o] += number * turned[w + o]; // after a ReLU most numbers are 0
    }
    for (let o = 0; o < outs; o++) out[o * places + place] = sums[o];
  }
  return { data: out, shape: [outs, rows, columns] };
}

// Rows as columns.
function turn(data, rows, columns) {
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = data[r * columns + c];
  return out;
}

// Pooling of every channel: kind "average" (zeros of the padding counted in) or "max" (padding never wins).
function pool2d(x, kind, sizes) {
  const [channels, height, width] = x.shape, r = along(sizes, 0), c = along(sizes, 1);
  const rows = outSize(height, r.window, r.stride, r.padding, r.dilation), columns = outSize(width, c.window, c.stride, c.padding, c.dilation);
  const out = new Float32Array(channels * rows * columns), count = r.window * c.window;
  for (let channel = 0, at = 0; channel < channels; channel++) for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) {
    let sum = 0, best = -Infinity;
    for (let a = 0; a < r.window; a++) {
      const row = i * r.stride - r.padding + a * r.dilation;
      if (row < 0 || row >= height) continue;
      for (let b = 0; b < c.window; b++) {
        const column = j * c.stride - c.padding + b * c.dilation;
        if (column < 0 || column >= width) continue;
        const value = x.data[(channel * height + row) * width + column];
        sum += value;
        if (value > best) best = value;
      }
    }
    out[at++] = kind === "max" ? best : sum / count;
  }
  return { data: out, shape: [channels, rows, columns] };
}

// A dense layer: weight is { data, shape: [out, in] }.
function dense(x, weight, bias) {
  const [outs, ins] = weight.shape, out = new Float32Array(outs);
  for (let o = 0; o < outs; o++) {
    let sum = bias[o];
    for (let k = 0; k < ins; k++) sum += x.data[k] * weight.data[o * ins + k];
    out[o] = sum;
  }
  return { data: out, shape: [outs] };
}

// The numbers under a window, row by row: `fill` stands where there is padding.
function patchOf(x, channel, rows, columns, fill = 0) {
  const [, height, width] = x.shape;
  return rows.map((row) => columns.map((column) =>
    row >= 0 && row < height && column >= 0 && column < width ? x.data[(channel * height + row) * width + column] : fill));
}

// A chain of layers: { name, kind: "conv" | "max" | "average" | "dense", weight, bias, relu, window, stride, padding }.
// -> the output of every layer, beginning with the input.
function forward(x, layers) {
  const given = [x];
  layers.forEach((layer) => {
    const before = given.at(-1);
    const y = layer.kind === "conv" ? conv2d(before, layer.weight, layer.bias, layer)
      : layer.kind === "dense" ? dense(before, layer.weight, layer.bias) : pool2d(before, layer.kind, layer);
    if (layer.relu) y.data.forEach((value, k) => { if (value < 0) y.data[k] = 0; });
    given.push(y);
  });
  return given;
}

// What one number of layer `depth` (0 is the input) reads of the input: [[first, last] row, [first, last] column].
// Indices may lie in the padding; a dense layer reads everything.
function reads(layers, depth, row, column, size) {
  let rows = [row, row], columns = [column, column];
  for (let k = depth - 1; k >= 0; k--) {
    const layer = layers[k];
    if (layer.kind === "dense") return [[0, size[0] - 1], [0, size[1] - 1]];
    const back = (range, axis) => {
      const { window, stride, padding, dilation } = along(layer, axis);
      return [range[0] * stride - padding, range[1] * stride - padding + dilation * (window - 1)];
    };
    rows = back(rows, 0);
    columns = back(columns, 1);
  }
  return [rows, columns];
}

function softmax(scores) {
  const top = Math.max(...scores), powers = Array.from(scores, (score) => Math.exp(score - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

// The place of the largest number of a channel: [row, column].
function strongest(x, channel) {
  const [, rows, columns] = x.shape, start = channel * rows * columns;
  let best = 0;
  for (let k = 1; k < rows * columns; k++) if (x.data[start + k] > x.data[start + best]) best = k;
  return [Math.floor(best / columns), best % columns];
}
