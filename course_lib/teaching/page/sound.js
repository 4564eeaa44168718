// Sound in the page: read, played through Web Audio, cut to a band, and taken apart with a fast Fourier transform.

// 16-bit mono WAV as `wav_bytes` writes it -> {samples in [-1, 1], rate}
function readWav(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Float32Array((bytes.byteLength - 44) >> 1);
  for (let at = 0; at < samples.length; at++) samples[at] = view.getInt16(44 + 2 * at, true) / 32767;
  return { samples, rate: view.getUint32(24, true) };
}

// A compressed file (MP3, Opus) -> a promise of {samples, rate}
async function readCompressed(bytes, rate) {
  const whole = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const buffer = await new OfflineAudioContext(1, 1, rate).decodeAudioData(whole);
  return { samples: buffer.getChannelData(0), rate };
}

// Play samples from `from` to `to` seconds. One sound at a time on the page; returns {stop()}.
// onTime(seconds) is called every frame (four times a second for readers who want less motion), onEnd() once.
function playSound(samples, rate, { from = 0, to = samples.length / rate, onTime = (_seconds) => {}, onEnd = () => {} } = {}) {
  shared.courseSounding?.stop();
  shared.courseAudio = shared.courseAudio || new AudioContext();
  const audio = shared.courseAudio;
  audio.resume();
  const slow = rate < 8000 ? 2 : 1; // browsers need not know rates below 8 kHz
  const first = Math.max(0, Math.round(from * rate));
  const last = Math.min(samples.length, Math.max(first + 1, Math.round(to * rate)));
  const buffer = audio.createBuffer(1, last - first, rate * slow);
  buffer.copyToChannel(samples.subarray(first, last), 0);
  const source = audio.createBufferSource();
  source.buffer = buffer;
  source.playbackRate.value = 1 / slow;
  source.connect(audio.destination);
  const begun = audio.currentTime;
  const clock = performance.now();
  const length = (last - first) / rate;
  let over = false;
  const where = () => Math.min(length, Math.max(0, audio.state === "running" ? audio.currentTime - begun : (performance.now() - clock) / 1000));
  const playing = {
    stop() {
      if (over) return;
      over = true;
      if (shared.courseSounding === playing) shared.courseSounding = null;
      try { source.stop(); } catch { /* it never began */ }
      onEnd();
    },
  };
  const tick = () => {
    if (over) return;
    onTime(from + where());
    if (where() >= length) playing.stop();
    else if (STILL.matches) setTimeout(tick, 250);
    else requestAnimationFrame(tick);
  };
  source.onended = () => playing.stop();
  source.start();
  shared.courseSounding = playing;
  tick();
  return playing;
}

// In place, n a power of two. Ref: Cooley & Tukey 1965.
const TWIDDLES = {};
function transform(re, im) {
  const n = re.length;
  const table = (TWIDDLES[n] = TWIDDLES[n] || twiddles(n));
  for (let at = 0; at < n; at++) {
    const to = table.order[at];
    if (to > at) {
      let hold = re[at]; re[at] = re[to]; re[to] = hold;
      hold = im[at]; im[at] = im[to]; im[to] = hold;
    }
  }
  for (let half = 1, jump = n >> 1; half < n; half <<= 1, jump >>= 1) {
    for (let start = 0; start < n; start += 2 * half) {
      for (let k = 0, w = 0; k < half; k++, w += jump) {
        const a = start + k;
        const b = a + half;
        const c = table.cos[w];
        const d = table.sin[w];
        const x = re[b] * c + im[b] * d;
        const y = im[b] * c - re[b] * d;
        re[b] = re[a] - x; im[b] = im[a] - y;
        re[a] += x; im[a] += y;
      }
    }
  }
}

function twiddles(n) {
  const order = new Uint32Array(n);
  const bits = Math.log2(n);
  for (let at = 0; at < n; at++) {
    let to = 0;
    for (let bit = 0; bit < bits; bit++) if (at & (1 << bit)) to |= 1 << (bits - 1 - bit);
    order[at] = to;
  }
  const cos = new Float64Array(n / 2).map((_, k) => Math.cos((2 * Math.PI * k) / n));
  const sin = new Float64Array(n / 2).map((_, k) => Math.sin((2 * Math.PI * k) / n));
  return { order, cos, sin };
}

// Power of frames centred on `centres` (seconds), Hann window of n samples: two real frames share one transform.
// Returns Float32Array (frames * (n/2 + 1)), where a full-scale sine has 1; decibels(power), and levels for all in dB.
const decibels = (power) => 10 * Math.log10(power + 1e-12);
const levels = (samples, rate, n, centres) => powers(samples, rate, n, centres).map(decibels);
const HANN = {};
function powers(samples, rate, n, centres, out = new Float32Array(centres.length * (n / 2 + 1)), begin = 0, end = centres.length) {
  const bins = n / 2 + 1;
  const window = (HANN[n] = HANN[n] || new Float64Array(n).map((_, k) => 0.5 - 0.5 * Math.cos((2 * Math.PI * k) / n)));
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  const scale = (4 / n) ** 2; // a Hann window halves, a real sine halves again
  for (let frame = begin; frame < end; frame += 2) {
    const second = Math.min(frame + 1, end - 1);
    const one = Math.round(centres[frame] * rate) - n / 2;
    const two = Math.round(centres[second] * rate) - n / 2;
    for (let k = 0; k < n; k++) {
      re[k] = (samples[one + k] || 0) * window[k];
      im[k] = (samples[two + k] || 0) * window[k];
    }
    transform(re, im);
    for (let k = 0; k < bins; k++) {
      const m = (n - k) % n;
      const ar = (re[k] + re[m]) / 2, ai = (im[k] - im[m]) / 2, br = (im[k] + im[m]) / 2, bi = (re[m] - re[k]) / 2;
      out[frame * bins + k] = (ar * ar + ai * ai) * scale;
      out[second * bins + k] = (br * br + bi * bi) * scale;
    }
  }
  return out;
}

// A piece of sound with only the band from `low` to `high` Hz in it: the others are set to zero in its transform.
function band(samples, rate, from, to, low, high) {
  const first = Math.max(0, Math.round(from * rate));
  const piece = samples.subarray(first, Math.min(samples.length, Math.round(to * rate)));
  const n = 2 ** Math.ceil(Math.log2(Math.max(2, piece.length)));
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  re.set(piece);
  transform(re, im);
  const edge = Math.max(20, (high - low) / 50); // Hz over which the edges of the band fall: a sharp one would ring
  for (let k = 0; k <= n / 2; k++) {
    const hertz = (k * rate) / n;
    const kept = Math.min(1, Math.max(0, (hertz - low) / edge + 1)) * Math.min(1, Math.max(0, (high - hertz) / edge + 1));
    re[k] *= kept; im[k] *= kept;
    if (k && k < n / 2) { re[n - k] *= kept; im[n - k] *= kept; }
  }
  transform(im, re); // real and imaginary parts exchanged: the inverse
  const out = new Float32Array(piece.length);
  const fade = Math.min(Math.round(0.005 * rate), piece.length >> 1);
  for (let at = 0; at < out.length; at++) out[at] = (re[at] / n) * Math.min(1, (at + 1) / fade, (out.length - at) / fade);
  return out;
}

// The course's own mel scale (features.py). Ref: Slaney 1998.
const toMel = (hertz) => (hertz < 1000 ? (3 * hertz) / 200 : 15 + (27 * Math.log(hertz / 1000)) / Math.log(6.4));
const fromMel = (mel) => (mel < 15 ? (200 * mel) / 3 : 1000 * Math.exp(((mel - 15) * Math.log(6.4)) / 27));

const VIRIDIS = ["440154", "482878", "3e4989", "31688e", "26828e", "1f9e89", "35b779", "6ece58", "b5de2b", "fde725"].map((hex) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)));
// 256 colours as numbers that can be written into the pixels of a canvas
const SHADES = Uint32Array.from({ length: 256 }, (_, k) => {
  const place = (k / 255) * 9;
  const low = Math.min(8, Math.floor(place));
  const [r, g, b] = [0, 1, 2].map((c) => Math.round(VIRIDIS[low][c] + (place - low) * (VIRIDIS[low + 1][c] - VIRIDIS[low][c])));
  return (255 << 24) | (b << 16) | (g << 8) | r;
});
