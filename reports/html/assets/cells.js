const signs = { pass: ["ok", "good"], fail: ["\u2717", "bad"], unknown: ["?", "doubt"], waived: ["waived", "doubt"], "n/a": ["n/a", "faint"] };

// cells opens and closes the details of the matrix's cells, below their row.
function cells() {
  const open = (button, keep) => {
    const row = button.closest("tr");
    const shown = row.nextElementSibling;
    const detail = shown && shown.classList.contains("detail") ? shown : null;
    const again = button.getAttribute("aria-expanded") === "true";
    row.querySelectorAll("[aria-expanded=true]").forEach((b) => b.setAttribute("aria-expanded", "false"));
    if (detail) detail.remove();
    if (again && !keep) return;
    button.setAttribute("aria-expanded", "true");
    const panel = cellPanel(data.cells[Number(button.dataset.cell)], button);
    row.after(el("tr", { class: "detail" }, el("td", { colspan: row.cells.length }, panel)));
  };
  document.querySelector(".matrix")?.addEventListener("click", (e) => {
    const button = e.target.closest("button.cell");
    if (button) open(button, false);
  });
  document.querySelector(".matrix")?.addEventListener("keydown", (e) => {
    const row = e.target.closest("tr");
    if (e.key === "Escape" && row) {
      const button = (row.classList.contains("detail") ? row.previousElementSibling : row).querySelector("[aria-expanded=true]");
      if (button) { open(button, false); button.focus(); }
      return;
    }
    if (e.target.matches("button.cell")) moveInMatrix(e);
  });
  // A link may name a cell, as in #cell-12.
  const wanted = /^#cell-(\d+)$/.exec(location.hash);
  const button = wanted && document.querySelector(`button[data-cell="${wanted[1]}"]`);
  if (button) { open(button, true); button.scrollIntoView({ block: "center" }); }
}

// moveInMatrix moves the focus among the cells with the arrow keys.
function moveInMatrix(e) {
  const row = e.target.closest("tr"), column = e.target.closest("td").cellIndex;
  const rows = [...row.parentElement.rows].filter((r) => !r.hidden && !r.classList.contains("detail"));
  const at = rows.indexOf(row);
  const cell = { ArrowLeft: row.cells[column - 1], ArrowRight: row.cells[column + 1], ArrowUp: rows[at - 1]?.cells[column], ArrowDown: rows[at + 1]?.cells[column] }[e.key];
  const button = cell?.querySelector("button.cell");
  if (button) { e.preventDefault(); button.focus(); }
}

function matrixFilter() {
  const find = byId("matrix-find"), which = byId("matrix-show");
  if (!find) return;
  byId("matrix-controls").hidden = false;
  const rows = [...document.querySelectorAll(".matrix > tbody > tr")];
  const apply = () => {
    document.querySelectorAll("tr.detail").forEach((r) => r.remove());
    document.querySelectorAll(".matrix [aria-expanded=true]").forEach((b) => b.setAttribute("aria-expanded", "false"));
    let n = 0;
    for (const r of rows) {
      r.hidden = (which.value === "open" && r.classList.contains("plain")) || !r.cells[0].textContent.toLowerCase().includes(find.value.toLowerCase());
      if (!r.hidden) n++;
    }
    byId("matrix-count").textContent = n === rows.length ? plural(n, "row") : `${n} of ${plural(rows.length, "row")}`;
  };
  find.addEventListener("input", apply);
  which.addEventListener("change", apply);
  apply();
}

const list = (refs) => el("ul", {}, ...refs.map((r) => el("li", {}, text(r))));

function cellPanel(c, button) {
  const scenario = data.scenarios[c.s];
  const name = `${executorName(c.e)} in ${text(scenario.name)}${c.race ? " (race)" : ""}`;
  const close = el("button", { type: "button" }, "close");
  close.addEventListener("click", () => { button.click(); button.focus(); });
  const panel = el("div", { class: "panel", role: "region", "aria-label": name },
    el("div", { class: "panel-head" }, el("h3", {}, `${name}: ${text(c.sign)}`), close),
    scenario.field ? el("p", { class: "soft" }, text(scenario.field)) : "", el("p", { class: "soft" }, (c.facts || []).map(text).join(" \u00b7 ")));
  const part = (title, ...what) => panel.append(el("h3", {}, title), ...what);
  if (c.crash) part("Its process died", el("p", {}, text(c.crash[0])), c.crash.length > 1 ? el("details", {}, el("summary", {}, "What it wrote to standard error"), el("pre", {}, c.crash.slice(1).map(text).join("\n"))) : "");
  part("Clauses", c.clauses ? clauseTable(c.clauses.map((i) => data.clauses[i])) : el("p", {}, "No clause was judged: the cell is unknown."));
  if (c.compared) part("Compared", list(c.compared));
  if (c.calls) part("Observed timeline", ...c.calls.map((k, i) => callPart(k, i === 0 || c.calls.length === 1)));
  if (c.latency) part("Latency", el("dl", { class: "stat" }, ...["requests", "p50", "p90", "p99", "max", "mean"].map((n, i) => el("div", {}, el("dt", {}, n), el("dd", {}, text(c.latency[i]))))));
  part("Left behind", list(c.left || []), ...(c.sites || []).map(sitePart));
  if (c.released) part("Left after the agents were released", list(c.released));
  if (c.notes) part("Notes", list(c.notes));
  if (c.profiles) part("Profiles", el("details", {}, el("summary", {}, plural(c.profiles.length, "profile") + ", with the command that opens each"), el("pre", { class: "command" }, c.profiles.map((p) => pprof + text(p)).join("\n"))));
  return panel;
}

function clauseTable(clauses) {
  return el("div", { class: "table" }, table(["clause", "verdict", "got", "want"], clauses.map((k) => {
    const [sign, tone] = signs[text(k.status)] || ["?", "doubt"];
    const got = el("span", {}, text(k.got) || text(k.reason) || "-");
    if (k.got && k.reason) got.append(" (" + text(k.reason) + ")");
    if (k.evidence) got.append(el("details", {}, el("summary", {}, "evidence"), el("pre", {}, k.evidence.map(text).join("\n"))));
    const status = text(k.status);
    return [`${k.n} ${text(k.title)}`, el("span", { class: "cell " + tone }, status === "pass" || sign === status ? sign : `${sign} ${status}`), got, text(k.want) || "-"];
  })));
}

// callPart is one request with the timeline of its agents.
function callPart(k, open) {
  const moments = [0, k.end, k.cancelled, ...(k.agents || []).flatMap((a) => [a[2], a[3], a[6]])];
  const to = Math.max(...moments, 1);
  const head = `Request ${k.n}: ${text(k.saw)}, ` + (k.returned ? `returned after ${formats.us(k.end)}` : `watched for ${formats.us(k.end)}`) + (k.cancelled >= 0 ? `, cancelled after ${formats.us(k.cancelled)}` : "");
  const row = (name, what, bar, start, end, outcome, tool) => el("tr", { class: tool ? "tool-row" : "" }, el("th", { scope: "row" }, name), el("td", { "data-head": "does" }, what), el("td", { class: "bar-cell" }, bar), el("td", { class: "figure", "data-head": "from" }, start), el("td", { class: "figure", "data-head": "to" }, end), el("td", { "data-head": "outcome" }, outcome));
  const since = (t) => (t < 0 ? "-" : formats.us(t));
  const heads = ["who", "does", "", "from", "to", "outcome"];
  const agent = ([id, fault, start, end, outcome, tool, late]) => row(text(id) || "(no ID)", text(fault), gantt(to, k, start, end < 0 ? (late || to) : end, tool ? "tool" : end < 0 ? "lost" : "ran"), since(start), since(end), text(outcome), tool);
  const body = el("tbody", {}, row("caller", "", gantt(to, k, 0, k.end, "caller"), since(0), k.returned ? since(k.end) : "-", k.returned ? "returned" : "still waiting"), ...(k.agents || []).map(agent));
  const grid = el("table", { class: "grid" }, el("thead", {}, el("tr", {}, ...heads.map((h, i) => i === 2 ? el("td", {}) : el("th", { scope: "col", class: i === 3 || i === 4 ? "figure" : "" }, h)))), body);
  const details = el("details", {}, el("summary", {}, head), el("div", { class: "table" }, grid));
  if (k.more) details.append(el("p", { class: "soft" }, text(k.more)));
  details.open = open;
  return details;
}

function gantt(to, k, start, end, kind) {
  const x = (t) => f2((100 * t) / to);
  const s = svg("svg", { class: "gantt", viewBox: "0 0 100 14", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("path", { class: "track", d: "M0 7H100", "vector-effect": "non-scaling-stroke" }));
  if (start >= 0) s.append(svg("rect", { class: kind, x: x(start), y: 3, width: f2(Math.max(x(end) - x(start), 0.4)), height: 8 }));
  const line = (t, c) => s.append(svg("path", { class: c, d: `M${x(t)} 0V14`, "vector-effect": "non-scaling-stroke" }));
  if (k.cancelled >= 0) line(k.cancelled, "stop");
  if (k.returned) line(k.end, "back");
  return s;
}

function sitePart(s) {
  const head = `${plural(s.count, "goroutine")}: ${text(s.place)}`;
  const rows = s.kinds.map((k) => {
    const stack = k.stack ? el("details", {}, el("summary", {}, "stack"), el("pre", {}, k.stack.map(text).join("\n"))) : "";
    return [count(k.count), text(k.class), text(k.state), el("span", {}, text(k.labels), stack)];
  });
  const details = el("details", {}, el("summary", {}, head), s.file ? el("p", { class: "soft" }, `created by ${text(s.by)} in ${text(s.file)}`) : "", el("div", { class: "table" }, table(["count", "class", "state", "labels and stack"], rows)));
  details.open = true;
  return details;
}
