// nice are at most n round values from 0 to most.
function nice(most, n) {
  if (!(most > 0)) return [0, 1];
  const rough = most / n;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 4, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
  const ticks = [];
  for (let i = 0; i * step <= most * 1.0001; i++) ticks.push(i * step);
  return ticks;
}

const axisUnits = { bytes: byteUnits, us: timeUnits, hours: hourUnits, count: [[1, ""]] };

// chart draws lines over common axes into host, and again when its width changes.
//
//   o.title; o.x and o.y: {name, unit: "count" | "bytes" | "us" | "hours", most}
//   o.lines: {name, color, dash, points: [[x, y]], marks, open: (i) => bool}
//   o.bands: {color, points: [[x, low, high]]}; o.limits: {name, y}
function chart(host, o) {
  const figure = el("figure", {});
  const legend = el("ul", { class: "legend" });
  const plot = el("div", { class: "plot" });
  const drawn = o.lines.filter((l) => l.points.length > 0);
  const values = drawn.map((l) => el("b", {}));
  const where = el("b", {});
  const names = drawn.map((l, i) => el("li", {}, swatch(l), l.name + " ", values[i]));
  legend.append(...names, el("li", {}, where));
  figure.append(el("figcaption", {}, o.title), legend, plot, lazily(el("details", {}, el("summary", {}, "Data as a table")), (d) => d.append(chartTable(o, drawn))));
  host.append(figure);
  const xs = [...new Set(drawn.flatMap((l) => l.points.map((p) => p[0])))].sort((a, b) => a - b);
  let width = 0;
  const state = { at: -1 };
  const draw = () => {
    const now = Math.floor(plot.clientWidth);
    if (now === width || now < 40) return;
    width = now;
    show(plot, ...plotOf(o, drawn, xs, width, state, (i, hide) => read(i, hide)));
  };
  const read = (i, hide) => {
    state.at = i;
    where.textContent = hide ? "" : "at " + valueIn(o.x, xs[i]);
    const said = drawn.map((l, k) => {
      const v = hide ? undefined : near(l.points, xs[i]);
      values[k].textContent = v === undefined ? "" : valueIn(o.y, v);
      return v === undefined ? "" : l.name + " " + values[k].textContent;
    });
    return where.textContent + ": " + said.filter((s) => s).join(", ");
  };
  draw();
  new ResizeObserver(draw).observe(plot);
  return figure;
}

function swatch(l) {
  const s = svg("svg", { viewBox: "0 0 22 8", "aria-hidden": "true" });
  if (l.marks) s.append(svg("g", { class: "dots" }, svg("circle", { cx: 11, cy: 4, r: 3, class: "c" + l.color })));
  else s.append(svg("path", { d: "M0 4H22", class: `line c${l.color} d${l.dash || 0}` }));
  return s;
}

// near is a line's value at x: that of the last point up to there.
function near(points, x) {
  let found;
  for (const p of points) {
    if (p[0] > x) break;
    found = p[1];
  }
  return found;
}

function valueIn(axis, v) {
  if (axis.unit === "hours") return inUnit(hourUnits, v);
  return (formats[axis.unit] || three)(v) + (axis.unit === "count" && axis.noun ? " " + axis.noun : "");
}

let clips = 0;

// plotOf draws the axes, the lines and the hand.
function plotOf(o, lines, xs, width, state, read) {
  const height = o.height || 240;
  const box = { left: 52, right: width - 14, top: 10, bottom: height - 40 };
  const mostX = o.x.most || Math.max(...xs, 0);
  let mostY = o.y.most || Math.max(...lines.flatMap((l) => l.points.map((p) => p[1])), 0);
  const [sizeX, nameX] = unitOf(axisUnits[o.x.unit], mostX);
  const [sizeY, nameY] = unitOf(axisUnits[o.y.unit], mostY);
  const ticksX = nice(mostX / sizeX, width < 420 ? 4 : 7).map((t) => t * sizeX);
  const ticksY = nice(mostY / sizeY, 4).map((t) => t * sizeY);
  // The axis ends at a round value above the lines, unless it was given an end.
  const last = ticksY[ticksY.length - 1];
  if (!o.y.most && last < mostY) ticksY.push(last + ticksY[1]);
  if (!o.y.most) mostY = ticksY[ticksY.length - 1];
  const spanX = mostX || 1, spanY = mostY || 1;
  const px = (x) => box.left + (x / spanX) * (box.right - box.left);
  const py = (y) => box.bottom - (y / spanY) * (box.bottom - box.top);
  const clip = "clip" + clips++;
  const s = svg("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": describeChart(o, lines) });
  for (const t of ticksY) {
    s.append(svg("path", { d: `M${box.left} ${py(t)}H${box.right}`, class: t === 0 ? "axis" : "gridline" }),
      svg("text", { x: box.left - 8, y: py(t) + 4, class: "tick", "text-anchor": "end" }, short(t / sizeY)));
  }
  for (const t of ticksX) s.append(svg("text", { x: px(t), y: box.bottom + 17, class: "tick", "text-anchor": "middle" }, short(t / sizeX)));
  s.append(svg("text", { x: box.right, y: height - 6, class: "tick", "text-anchor": "end" }, o.x.name + (nameX ? ", " + nameX : "")),
    svg("text", { x: 0, y: height - 6, class: "tick" }, "\u2191 " + o.y.name + (nameY ? ", " + nameY : "")));
  s.append(svg("clipPath", { id: clip }, svg("rect", { x: box.left, y: box.top - 4, width: Math.max(box.right - box.left + 4, 0), height: box.bottom - box.top + 6 })));
  for (const b of o.bands || []) {
    const path = b.points.map((p, i) => `${i ? "L" : "M"}${f1(px(p[0]))} ${f1(py(p[2]))}`).join("") + [...b.points].reverse().map((p) => `L${f1(px(p[0]))} ${f1(py(p[1]))}`).join("") + "Z";
    s.append(svg("path", { d: path, class: `band c${b.color}`, "clip-path": `url(#${clip})` }));
  }
  for (const l of o.limits || []) {
    if (l.y > spanY) continue;
    s.append(svg("path", { d: `M${box.left} ${py(l.y)}H${box.right}`, class: "limit" }), svg("text", { x: box.left + 6, y: py(l.y) - 5, class: "limit-name" }, fitted(l.name, (box.right - box.left - 12) / 7.5)));
  }
  for (const l of lines) s.append(l.marks ? dots(l, px, py) : path(l, px, py, clip));
  const cursor = svg("path", { class: "cursor", d: "" });
  s.append(cursor);
  return [s, hand(o, xs, box, px, cursor, state, read)];
}

const f1 = (n) => n.toFixed(1);

function short(n) {
  if (n >= 1e6) return three(n / 1e6) + "M";
  return n >= 1e4 ? three(n / 1e3) + "k" : count(n) === three(n) || n >= 100 ? count(n) : three(n);
}

const fitted = (s, room) => (s.length <= room ? s : s.slice(0, Math.max(Math.floor(room) - 1, 0)) + "\u2026");

function path(l, px, py, clip) {
  const d = l.points.map((p, i) => `${i ? "L" : "M"}${f1(px(p[0]))} ${f1(py(p[1]))}`).join("");
  return svg("path", { d, class: `line c${l.color} d${l.dash || 0}`, "clip-path": `url(#${clip})` });
}

function dots(l, px, py) {
  return svg("g", { class: "dots" }, ...l.points.map((p, i) =>
    svg("circle", { cx: f1(px(p[0])), cy: f1(py(p[1])), r: 3, class: `c${l.color}` + (l.open && l.open(i) ? " open" : "") })));
}

// hand shows the values at the pointer, which the arrow keys move too.
function hand(o, xs, box, px, cursor, state, read) {
  const h = el("div", { class: "hand", tabindex: "0", role: "slider", "aria-label": "Read values of " + o.title, "aria-valuemin": "0", "aria-valuemax": String(Math.max(xs.length - 1, 0)), "aria-valuenow": "0" });
  h.style.left = box.left + "px";
  h.style.width = Math.max(box.right - box.left, 0) + "px";
  h.style.top = box.top + "px";
  h.style.height = box.bottom - box.top + "px";
  const to = (i) => {
    if (xs.length === 0) return;
    i = Math.min(Math.max(i, 0), xs.length - 1);
    cursor.setAttribute("d", `M${f1(px(xs[i]))} ${box.top}V${box.bottom}`);
    h.setAttribute("aria-valuenow", i);
    h.setAttribute("aria-valuetext", read(i, false));
  };
  const leave = () => {
    cursor.setAttribute("d", "");
    read(Math.max(state.at, 0), true);
  };
  h.addEventListener("pointermove", (e) => {
    const x = e.clientX - h.getBoundingClientRect().left + box.left;
    let best = 0;
    xs.forEach((v, i) => { if (Math.abs(px(v) - x) < Math.abs(px(xs[best]) - x)) best = i; });
    to(best);
  });
  h.addEventListener("pointerleave", leave);
  h.addEventListener("focus", () => to(state.at < 0 ? xs.length - 1 : state.at));
  h.addEventListener("blur", leave);
  h.addEventListener("keydown", (e) => {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -xs.length, End: xs.length }[e.key];
    if (!step) return;
    e.preventDefault();
    to(state.at + step);
  });
  return h;
}

function describeChart(o, lines) {
  const ends = lines.map((l) => `${l.name} from ${valueIn(o.y, l.points[0][1])} to ${valueIn(o.y, l.points[l.points.length - 1][1])}`);
  return `${o.title}, ${o.y.name} over ${o.x.name}: ${ends.join("; ")}`;
}

function chartTable(o, lines) {
  const xs = [...new Set(lines.flatMap((l) => l.points.map((p) => p[0])))].sort((a, b) => a - b);
  return el("div", { class: "table" }, table([o.x.name, ...lines.map((l) => l.name)],
    xs.map((x) => [valueIn(o.x, x), ...lines.map((l) => {
      const p = l.points.find((q) => q[0] === x);
      return p ? valueIn(o.y, p[1]) + (l.open && l.open(l.points.indexOf(p)) ? ", still waiting" : "") : "";
    })]), lines.length));
}
