// Narrower boxes cannot be clicked. They are drawn once the reader zooms in.
const rowHeight = 19, charWidth = 6.95, deepest = 120, narrowest = 2;

// merged is one tree of the stacks of two profiles, matched by function name.
// A node has what is counted in it and below (a, b), what ends in it (selfA,
// selfB), and a width for each tab. The width in the difference is the larger of
// the two sides, summed from the leaves, so that what only one side has stays.
function merged(functions, a, b) {
  const root = { name: "all", file: "", line: 0, a: 0, b: 0, selfA: 0, selfB: 0, kids: new Map(), depth: -1 };
  const all = [root];
  const add = (graph, self) => {
    const open = [root];
    for (const [depth, f, line, value] of graph ? graph.nodes : []) {
      open.length = depth + 1;
      const up = open[depth];
      const [name, file] = functions[f];
      let n = up.kids.get(name);
      if (!n) {
        n = { name, file, line, a: 0, b: 0, selfA: 0, selfB: 0, kids: new Map(), depth, up };
        up.kids.set(name, n);
        all.push(n);
      } else if (self === "selfB") {
        n.line = line;
        n.file = file;
      }
      n[self] += value;
      open.push(n);
    }
  };
  add(a, "selfA");
  add(b, "selfB");
  for (const n of all) {
    n.wide = { a: Math.abs(n.selfA), b: Math.abs(n.selfB), diff: Math.max(Math.abs(n.selfA), Math.abs(n.selfB)) };
    n.a = n.selfA;
    n.b = n.selfB;
  }
  // Parents stand before their children: in reverse order, a node is complete
  // before it is added to its parent.
  for (const n of all.toReversed()) {
    if (!n.up) continue;
    n.up.a += n.a;
    n.up.b += n.b;
    for (const k of ["a", "b", "diff"]) n.up.wide[k] += n.wide[k];
  }
  return { root, all };
}

// brief is a function's name without its import path.
function brief(name) {
  const head = name.search(/[[(]/);
  return name.slice((head < 0 ? name : name.slice(0, head)).lastIndexOf("/") + 1);
}

const inLibrary = (n) => !/^[^(]*[.][^(]*\//.test(n.name) && !n.name.startsWith("main.") && n.name !== "all";

// flame draws a flame graph into host, with what o holds:
//   functions: [[name, file]]; graphs: {group, name, path, unit, nodes}
//   pick(group): the two graphs to begin with; sides: the tabs' names
//   command(path, base): what opens a profile
function flame(host, o) {
  host.hidden = false;
  const q = (s) => host.querySelector(s);
  const group = q(".flame-group"), sideA = q(".flame-a"), sideB = q(".flame-b"), graph = q(".flame-graph"), search = q(".flame-search");
  const tabs = [...host.querySelectorAll("[role=tab]")];
  const state = { tab: "diff", zoom: null, tree: null, unit: "", focus: null, a: null, b: null };
  const groups = [...new Set(o.graphs.map((g) => g.group))];
  groups.forEach((g) => group.append(el("option", { value: g }, g)));
  const members = () => o.graphs.filter((g) => g.group === group.value);

  const choose = () => {
    for (const s of [sideA, sideB]) show(s, ...members().map((g, i) => el("option", { value: i }, g.name)));
    const [a, b] = o.pick(members());
    sideA.value = a;
    sideB.value = b;
    load();
  };
  const load = () => {
    state.a = members()[sideA.value];
    state.b = members()[sideB.value];
    state.tree = merged(o.functions, state.a, state.b);
    state.unit = (state.b || state.a).unit;
    state.zoom = state.tree.root;
    const details = q(".flame-table");
    details.open = false;
    delete details.dataset.filled;
    draw();
  };
  const draw = () => {
    tabs.forEach((t) => {
      const on = t.dataset.tab === state.tab;
      t.setAttribute("aria-selected", String(on));
      t.tabIndex = on ? 0 : -1;
    });
    const { a, b } = state;
    const base = state.tab === "diff" && a !== b ? a.path : "";
    q(".flame-command").textContent = o.command((state.tab === "a" ? a : b).path, base);
    show(q(".flame-key"), ...key(state, o));
    paint(graph, state, search.value, (n) => { state.zoom = n; draw(); }, (n) => { q(".flame-line").textContent = n ? describe(n, state) : total(state); });
    q(".flame-found").textContent = search.value ? found(state, search.value) : "";
    q(".flame-line").textContent = total(state);
  };
  tabs.forEach((t, i) => {
    t.textContent = o.sides[i];
    t.addEventListener("click", () => { state.tab = t.dataset.tab; draw(); });
    t.addEventListener("keydown", (e) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
      if (!step) return;
      e.preventDefault();
      const next = tabs[(i + step + tabs.length) % tabs.length];
      next.click();
      next.focus();
    });
  });
  group.addEventListener("change", choose);
  [sideA, sideB].forEach((s) => s.addEventListener("change", load));
  search.addEventListener("input", draw);
  q(".flame-reset").addEventListener("click", () => { state.zoom = state.tree.root; draw(); });
  lazily(q(".flame-table"), (d) => show(d.querySelector("div"), functionTable(state)));
  let width = 0;
  new ResizeObserver(() => {
    if (Math.floor(graph.clientWidth) !== width) {
      width = Math.floor(graph.clientWidth);
      if (state.tree) draw();
    }
  }).observe(graph);
  choose();
}

function key(state, o) {
  const box = (c) => el("span", { class: "swatch " + c });
  if (state.tab === "diff") return [box("grew"), "+ more in " + o.sides[1], box("shrank"), "\u2212 less in " + o.sides[1], box("same"), "the same. A box is as wide as the larger side."];
  return [box("own"), "functions of modules", box("lib"), "of the standard library. Each box is called by the one above it."];
}

const valueOf = (n, tab) => (tab === "a" ? n.a : n.b);

function total(state) {
  const { root } = state.tree;
  if (root.wide[state.tab] === 0) return "This profile is empty: there is nothing to draw.";
  if (state.tab === "diff") return `In all: ${amount(root.a, state.unit)} against ${amount(root.b, state.unit)}, ${signed(root.b - root.a, state.unit)}. Choose a box to zoom in; arrow keys move, Escape zooms out.`;
  return `In all: ${amount(valueOf(root, state.tab), state.unit)}. Choose a box to zoom in; arrow keys move, Escape zooms out.`;
}

function describe(n, state) {
  const place = n.file ? ` (${n.file}${n.line ? ":" + n.line : ""})` : "";
  if (state.tab === "diff") return `${n.name}${place}: ${amount(n.a, state.unit)} before, ${amount(n.b, state.unit)} after, ${signed(n.b - n.a, state.unit)}`;
  const whole = valueOf(state.tree.root, state.tab);
  const share = whole ? `, ${((100 * valueOf(n, state.tab)) / whole).toFixed(1)} %` : "";
  return `${n.name}${place}: ${amount(valueOf(n, state.tab), state.unit)}${share}, in itself ${amount(state.tab === "a" ? n.selfA : n.selfB, state.unit)}`;
}

const matches = (n, wanted) => n.name.toLowerCase().includes(wanted) || n.file.toLowerCase().includes(wanted);

// found sums up what a search names; a match below a match counts once.
function found(state, wanted) {
  wanted = wanted.toLowerCase();
  let sum = 0, hits = 0;
  for (const n of state.tree.all) {
    n.hit = n.depth >= 0 && matches(n, wanted);
    n.under = Boolean(n.up && (n.up.hit || n.up.under));
    if (n.hit && n.wide[state.tab] > 0) hits++;
    if (n.hit && !n.under) sum += n.wide[state.tab];
  }
  const whole = state.tree.root.wide[state.tab];
  return `${hits} found, ${whole ? ((100 * sum) / whole).toFixed(1) : "0"} %`;
}

function toneOf(n, state) {
  if (state.tab !== "diff") return inLibrary(n) ? "lib" : "own";
  const change = n.b - n.a, most = Math.max(Math.abs(n.a), Math.abs(n.b));
  if (change === 0 || most === 0) return "same";
  return (change > 0 ? "grew" : "shrank") + (Math.abs(change) / most > 0.5 ? 2 : 1);
}

// placed are the boxes to draw: the ancestors of the zoomed node, and its subtree.
function placed(state, width) {
  const boxes = [];
  const way = [];
  for (let n = state.zoom; n; n = n.up) way.unshift(n);
  way.forEach((n, row) => boxes.push({ n, row, x: 0, w: width }));
  const open = [{ n: state.zoom, row: way.length - 1, x: 0, w: width }];
  while (open.length > 0) {
    const at = open.pop();
    let x = at.x;
    const scale = at.w / at.n.wide[state.tab];
    for (const n of [...at.n.kids.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const w = n.wide[state.tab] * scale;
      if (w >= narrowest && at.row + 1 < deepest) {
        const box = { n, row: at.row + 1, x, w };
        boxes.push(box);
        open.push(box);
      }
      x += w;
    }
  }
  return boxes;
}

function paint(host, state, wanted, zoom, tell) {
  const width = Math.floor(host.clientWidth) || 800;
  show(host);
  if (state.zoom.wide[state.tab] === 0) state.zoom = state.tree.root;
  if (state.tree.root.wide[state.tab] === 0) return;
  wanted = wanted.toLowerCase();
  const boxes = placed(state, width);
  const rows = Math.max(...boxes.map((b) => b.row)) + 1;
  const s = svg("svg", { viewBox: `0 0 ${width} ${rows * rowHeight}`, height: rows * rowHeight, role: "tree", "aria-label": "Functions, each below its caller" });
  const groups = new Map();
  for (const b of boxes) {
    const tone = toneOf(b.n, state) + (wanted && b.n.depth >= 0 && matches(b.n, wanted) ? " hit" : "");
    const g = svg("g", { class: tone, role: "treeitem", tabindex: "-1", "aria-level": b.n.depth + 2, "aria-label": describe(b.n, state) },
      svg("rect", { x: f2(b.x), y: b.row * rowHeight, width: f2(b.w), height: rowHeight - 1 }));
    const label = labelOf(b.n, state, Math.floor((b.w - 8) / charWidth));
    if (label) g.append(svg("text", { x: f2(b.x + 4), y: b.row * rowHeight + 13 }, label));
    g.addEventListener("click", () => zoom(b.n));
    g.addEventListener("pointerenter", () => tell(b.n));
    g.addEventListener("focus", () => tell(b.n));
    groups.set(b.n, g);
    s.append(g);
  }
  s.addEventListener("pointerleave", () => tell(null));
  walkWith(s, boxes, groups, state, zoom);
  host.append(s);
}

const f2 = (n) => n.toFixed(2);

function labelOf(n, state, room) {
  let name = brief(n.name);
  if (state.tab === "diff" && n.b !== n.a) name = signed(n.b - n.a, state.unit) + "  " + name;
  if (room < 3) return "";
  return name.length <= room ? name : name.slice(0, room - 1) + "\u2026";
}

// walkWith moves the focus with the arrow keys; one box at a time is in the tab order.
function walkWith(s, boxes, groups, state, zoom) {
  const order = (row) => boxes.filter((b) => b.row === row).sort((a, b) => a.x - b.x);
  const first = groups.get(state.zoom);
  first.setAttribute("tabindex", "0");
  const go = (b) => {
    if (!b) return;
    s.querySelectorAll("[tabindex='0']").forEach((g) => g.setAttribute("tabindex", "-1"));
    const g = groups.get(b.n);
    g.setAttribute("tabindex", "0");
    g.focus();
  };
  s.addEventListener("keydown", (e) => {
    const b = boxes.find((x) => groups.get(x.n) === document.activeElement);
    if (!b) return;
    const row = order(b.row);
    const at = row.indexOf(b);
    const middle = b.x + b.w / 2;
    const below = order(b.row + 1).filter((c) => c.n.up === b.n).sort((x, y) => y.w - x.w);
    const act = {
      ArrowDown: () => go(below[0]),
      ArrowUp: () => go(order(b.row - 1).find((c) => c.x <= middle && middle <= c.x + c.w)),
      ArrowLeft: () => go(row[at - 1]),
      ArrowRight: () => go(row[at + 1]),
      Enter: () => { zoom(b.n); refocus(s, b.n); },
      " ": () => { zoom(b.n); refocus(s, b.n); },
      Escape: () => { zoom(state.tree.root); refocus(s, state.tree.root); },
    }[e.key];
    if (!act) return;
    e.preventDefault();
    act();
  });
}

// refocus keeps the focus in the graph after it was drawn again.
function refocus() {
  const g = document.querySelector(".flame-graph [tabindex='0']");
  if (g) g.focus();
}

const mostFunctions = 200;

// functionTable adds up the tree by function, each stack counted once.
function functionTable(state) {
  const sums = new Map();
  for (const n of state.tree.all) {
    if (n.depth < 0) continue;
    const s = sums.get(n.name) || { name: n.name, a: 0, b: 0, selfA: 0, selfB: 0 };
    sums.set(n.name, s);
    s.selfA += n.selfA;
    s.selfB += n.selfB;
    let again = false;
    for (let up = n.up; up && !again; up = up.up) again = up.name === n.name;
    if (!again) {
      s.a += n.a;
      s.b += n.b;
    }
  }
  const rows = [...sums.values()].sort((x, y) => Math.abs(y.b - y.a) - Math.abs(x.b - x.a) || y.b - x.b || (x.name < y.name ? -1 : 1));
  const u = state.unit;
  return table(["function", "self, before", "self, after", "before", "after", "change"],
    rows.slice(0, mostFunctions).map((r) => [r.name, amount(r.selfA, u), amount(r.selfB, u), amount(r.a, u), amount(r.b, u), signed(r.b - r.a, u)]), 5);
}
