// Numbers as coloured cells, and the sound of a patch: what the two layer stories share.
const PURPLE = ["2d004b", "5e4fa2", "9a8fc0", "cfcbe2", "f7f7f7", "fbd2a0", "f0a04b", "c26a0e", "7f3b08"]; // below 0 purple, above orange
const SIGNED = Uint32Array.from({ length: 256 }, (_, k) => {
  const place = (k / 255) * 8, low = Math.min(7, Math.floor(place));
  const [r, g, b] = [0, 2, 4].map((at) => {
    const [one, two] = [PURPLE[low], PURPLE[low + 1]].map((hex) => parseInt(hex.slice(at, at + 2), 16));
    return Math.round(one + (place - low) * (two - one));
  });
  return (255 << 24) | (b << 16) | (g << 8) | r;
});

// Lowest and highest of numbers; the same distance from zero where they are signed.
function limits(data, signed) {
  let low = Infinity, high = -Infinity;
  for (const value of data) { if (value < low) low = value; if (value > high) high = value; }
  if (signed) { high = Math.max(Math.abs(low), Math.abs(high)); low = -high; }
  return [low, Math.max(high, low + 1e-9)];
}
/** @type {(value: number, range: number[]) => number} */
const shade = (value, [low, high]) => Math.max(0, Math.min(255, Math.round((255 * (value - low)) / (high - low)))) || 0;

// Draw numbers (rows, columns), row 0 at the bottom, into a box (x, y, width, height) of a canvas; NaN leaves a gap.
let pencil = null;
function cells(ctx, data, rows, columns, box, { signed = false, range = limits(data, signed), down = false } = {}) {
  const colours = signed ? SIGNED : SHADES;
  pencil ??= document.createElement("canvas");
  pencil.width = columns;
  pencil.height = rows;
  const pen = pencil.getContext("2d", { willReadFrequently: true }), image = pen.createImageData(columns, rows), dots = new Uint32Array(image.data.buffer);
  for (let row = 0, k = 0; row < rows; row++) for (let column = 0; column < columns; column++, k++) {
    dots[(down ? row : rows - 1 - row) * columns + column] = Number.isNaN(data[k]) ? 0 : colours[shade(data[k], range)];
  }
  pen.putImageData(image, 0, 0);
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(pencil, ...box);
}

// A frame that is seen on dark and on bright.
function frame(ctx, x, y, width, height) {
  for (const [colour, line] of [["#fff", 4.5], ["#000", 2]]) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = line;
    ctx.strokeRect(x, y, Math.max(width, 2), Math.max(height, 2));
  }
}

// A number as short as a cell needs it: two digits.
function digits(value) {
  const size = Math.abs(value), text = size >= 9.95 ? value.toFixed(0) : size >= 0.995 ? value.toFixed(1) : value.toFixed(2).replace("0.", ".");
  return /[1-9]/.test(text) ? text.replace("-", "−") : "0";
}

// A table of numbers as cells; written in where they have room; a single long row is a curve.
function table(ctx, rows, box, colours, { signed = true, mark = null } = {}) {
  const [x, y, width, height] = box, flat = Float32Array.from(rows.flat()), columns = rows[0].length;
  if (rows.length === 1 && columns > 16) { curve(ctx, flat, box, colours); return; }
  const range = limits(flat, signed), w = width / columns, h = height / rows.length;
  cells(ctx, flat, rows.length, columns, box, { signed, range });
  if (w >= 24 && h >= 14) {
    ctx.save();
    ctx.font = `${Math.min(14, h * 0.8, w / 2.3)}px system-ui, sans-serif`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    rows.forEach((row, r) => row.forEach((value, c) => {
      const dot = (signed ? SIGNED : SHADES)[shade(value, range)];
      ctx.fillStyle = 0.3 * (dot & 255) + 0.59 * ((dot >> 8) & 255) + 0.11 * ((dot >> 16) & 255) > 128 ? "#000" : "#fff";
      ctx.fillText(digits(value), x + (c + 0.5) * w, y + height - (r + 0.5) * h);
    }));
    ctx.restore();
  }
  if (mark) frame(ctx, x + mark[1] * w + 1, y + height - (mark[0] + 1) * h + 1, w - 2, h - 2);
}

// Numbers of one row as a curve, with the part under the window shaded.
/** @param {CanvasRenderingContext2D} ctx  @param {ArrayLike<number>} data  @param {number[]} box */
function curve(ctx, data, [x, y, width, height], colours, window = null) {
  const [low, high] = limits(data, false), across = (k) => x + ((k + 0.5) / data.length) * width, up = (v) => y + height - ((v - low) / (high - low)) * height;
  if (window) {
    const left = across(window[0] - 0.5), wide = Math.max(3, across(window[1] + 0.5) - left);
    ctx.fillStyle = colours.tint;
    ctx.fillRect(left, y, wide, height);
    ctx.strokeStyle = colours.hot;
    ctx.lineWidth = 2;
    ctx.strokeRect(left, y, wide, height);
  }
  ctx.strokeStyle = colours.accent;
  ctx.lineWidth = 1.4;
  ctx.beginPath();
  const step = Math.max(1, data.length / (3 * width));
  for (let k = 0; k < data.length; k += step) ctx.lineTo(across(Math.floor(k)), up(data[Math.floor(k)]));
  ctx.stroke();
}

function written(ctx, text, x, y, colours, { bold = false, right = false } = {}) {
  ctx.font = `${bold ? "600 " : ""}14px system-ui, sans-serif`;
  ctx.fillStyle = colours.ink;
  ctx.textAlign = right ? "right" : "left";
  ctx.textBaseline = "alphabetic";
  ctx.fillText(text, x, y);
}

// Play a patch (seconds from, to; hertz from, to): at least 50 ms of it, and louder where it is faint. -> what is heard, in words
/** @param {{samples: Float32Array, rate: number}} sound  @param {number[]} times  @param {number[]} band */
function hear({ samples, rate }, [start, stop], [low, high]) {
  const length = samples.length / rate, half = Math.max(stop - start, 0.05) / 2, middle = Math.max(half, Math.min(length - half, (start + stop) / 2));
  const [from, to] = [Math.max(0, middle - half), Math.min(length, middle + half)];
  const part = low < 20 && high > 0.49 * rate ? samples.slice(Math.round(from * rate), Math.round(to * rate)) : band(samples, rate, from, to, low, high);
  const [bottom, top] = limits(part, true), louder = top > 1e-5 && top < 0.5 ? 0.5 / top : 1;
  playSound(part.map((value) => value * louder), rate);
  const gain = 20 * Math.log10(louder);
  return `You hear ${from.toFixed(2)} to ${to.toFixed(2)} s, ${Math.round(Math.max(0, low)).toLocaleString("en")} to ${Math.round(high).toLocaleString("en")} Hz${gain > 0.5 ? `, ${gain.toFixed(0)} dB louder` : ""}.`;
}

// Where a pointer is in a canvas, in its own units; `move` also while it is only over it, if `hover`.
function follow(s, node, move, { begin = move, end = () => {}, hover = false } = {}) {
  const at = (event) => { const box = node.getBoundingClientRect(); return [((event.clientX - box.left) * node.clientWidth) / box.width, ((event.clientY - box.top) * node.clientHeight) / box.height]; }; // a slide may be scaled
  let held = false;
  node.style.touchAction = hover ? "pan-y" : "none"; // a finger that only chooses may still scroll the page
  s.on(node, "pointerdown", (event) => { held = true; node.setPointerCapture?.(event.pointerId); begin(...at(event)); });
  s.on(node, "pointermove", (event) => { if (held) move(...at(event)); else if (hover && event.pointerType === "mouse") move(...at(event)); });
  for (const over of ["pointerup", "pointercancel"]) s.on(node, over, () => { held = false; end(); });
}

// A slider whose end has moved with its value.
const fit = (slider, value, most) => { slider.max = most; slider.disabled = most <= Number(slider.min); slider.show(value); };
// The picture inside a canvas, below its heading and above its scale.
const HEAD = 26;
const inner = (view) => [4, HEAD, view.width - 8, view.height - HEAD - 22];
// Rows by columns of a sound, with a frame over the rows and columns [first, last]; -> where a column's and a row's edge lies
function framed(ctx, view, data, [height, width], rows, columns, end, colours) {
  const box = inner(view), left = (c) => box[0] + (c * box[2]) / width, top = (r) => box[1] + box[3] - (r * box[3]) / height;
  cells(ctx, data, height, width, box);
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, box[1] - 4, view.width, box[3] + 8);
  ctx.clip();
  frame(ctx, left(columns[0]), top(rows[1] + 1), left(columns[1] + 1) - left(columns[0]), top(rows[0]) - top(rows[1] + 1));
  ctx.restore();
  ends(ctx, view, end, colours);
  return [left, top];
}
function ends(ctx, view, end, colours) {
  written(ctx, "0 s", 4, view.height - 5, colours);
  written(ctx, end, view.width - 4, view.height - 5, colours, { right: true });
}
// The row and the column under a pointer, with fractions.
const under = (view, [height, width], x, y) => { const box = inner(view); return [((box[1] + box[3] - y) / box[3]) * height, ((x - box[0]) / box[2]) * width]; };
// Places for `count` tables: beside each other, or below each other on a phone.
function boxesOf(view, count, tall = 176) {
  const long = view.width < 480, gap = 18, width = long ? view.width - 8 : (view.width - 8 - (count - 1) * gap) / count, height = long ? Math.min(tall, view.height / count - HEAD - 8) : tall;
  return Array.from({ length: count }, (_, k) => [4 + (long ? 0 : k * (width + gap)), HEAD + (long ? k * (height + HEAD + 8) : 0), width, height]);
}
