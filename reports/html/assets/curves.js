const executorName = (i) => text(data.executors[i]);

// colorOf keeps an executor's colour wherever it is drawn.
function colorOf(i) {
  if (i === data.before) return 0;
  if (i === data.after) return 1;
  const others = data.executors.map((_, k) => k).filter((k) => k !== data.before && k !== data.after);
  return 2 + (others.indexOf(i) % 5);
}

const sampled = (scenario) => data.cells.filter((c) => c.s === scenario && !c.race && c.series);

// along are the points of a column over another. A column whose values are all
// equal has one value.
const value = (column, i) => column[column.length === 1 ? 0 : i];
const along = (s, over, column, scale = 1) => s.at.map((at, i) => [over === "at" ? at * s.tick : value(s.requests, i), value(column, i) * scale]);

// hero draws what grows over requests, in the scenario with the longest series
// of requests that both sides have.
function hero() {
  const both = data.scenarios.map((_, i) => sampled(i).filter((c) => c.e === data.before || c.e === data.after)).filter((cells) => cells.length > 0);
  const requests = (cells) => Math.min(...cells.map((c) => Math.max(...c.series.requests))) * (cells.length > 1 ? 1e6 : 1);
  both.sort((a, b) => requests(b) - requests(a));
  const cells = both[0];
  if (!cells) return;
  cells.sort((a, b) => (a.e === data.before ? -1 : 1) - (b.e === data.before ? -1 : 1));
  byId("picture").hidden = false;
  const name = text(data.scenarios[cells[0].s].name);
  byId("picture-title").textContent = "What is left behind over " + plural(Math.max(...cells[0].series.requests), "request") + " (" + name + ")";
  const lines = (column, scale) => cells.map((c) => ({ name: (c.e === data.before ? "before: " : "after: ") + executorName(c.e), color: colorOf(c.e), dash: c.e === data.after ? 1 : 0, points: along(c.series, "requests", c.series[column], scale) }));
  const x = { name: "requests made", unit: "count" };
  chart(byId("hero"), { title: "Goroutines", x, y: { name: "goroutines", unit: "count" }, lines: lines("goroutines"), height: 220 });
  chart(byId("hero"), { title: "Heap and stacks", x, y: { name: "memory in use", unit: "bytes" }, lines: lines("memory", 1024), height: 220 });
}

const states = [["waiting", "waiting", 0], ["inSyscall", "in a system call", 1], ["runnable", "runnable", 2], ["running", "running", 3]];

// curves are the samples of one scenario, the executors in the same axes.
function curves() {
  const scenarios = data.scenarios.map((_, i) => i).filter((i) => sampled(i).length > 0);
  if (scenarios.length === 0) return;
  byId("curves").hidden = false;
  const choice = byId("curves-scenario"), over = byId("curves-over"), box = byId("curves-executors");
  scenarios.forEach((i) => choice.append(el("option", { value: i }, text(data.scenarios[i].name))));
  const boxes = data.executors.map((_, i) => {
    const check = el("input", { type: "checkbox", value: i });
    check.checked = i === data.before || i === data.after;
    box.append(el("label", {}, check, executorName(i)));
    return check;
  });
  const draw = () => {
    const shown = sampled(Number(choice.value)).filter((c) => boxes[c.e].checked);
    drawCurves(byId("curves-charts"), shown, over.value);
  };
  [choice, over, ...boxes].forEach((c) => c.addEventListener("change", draw));
  draw();
}

function drawCurves(host, cells, over) {
  show(host);
  if (cells.length === 0) {
    host.append(el("p", { class: "note" }, "No executor of this scenario is chosen."));
    return;
  }
  const x = over === "at" ? { name: "time since the start", unit: "us" } : { name: "requests made", unit: "count" };
  const line = (c, column, scale) => ({ name: executorName(c.e), color: colorOf(c.e), dash: c.e === data.after ? 1 : 0, points: along(c.series, over, c.series[column], scale) });
  const byState = cells.flatMap((c) => states.map(([key, name, dash]) => ({ name: executorName(c.e) + ", " + name, color: colorOf(c.e), dash, points: along(c.series, over, c.series[key]) })));
  const some = byState.some((l) => l.points.some((p) => p[1] > 0));
  chart(host, { title: some ? "Goroutines by state" : "Goroutines (states were not sampled)", x, y: { name: "goroutines", unit: "count" }, lines: some ? byState : cells.map((c) => line(c, "goroutines")) });
  chart(host, { title: "Heap and stacks", x, y: { name: "memory in use", unit: "bytes" }, lines: cells.map((c) => line(c, "memory", 1024)) });
  const fds = cells.filter((c) => c.series.descriptors.some((d) => d >= 0));
  if (fds.length > 0) chart(host, { title: "Open descriptors", x, y: { name: "descriptors", unit: "count" }, lines: fds.map((c) => line(c, "descriptors")) });
  else host.append(el("p", { class: "note" }, "Open descriptors were not counted in this scenario."));
  chart(host, { title: "Calls in flight", x, y: { name: "callers waiting", unit: "count" }, lines: cells.map((c) => line(c, "inFlight")) });
  const timed = cells.filter((c) => c.series.times);
  if (timed.length > 0) {
    chart(host, { title: "Latency of requests (hollow: still waiting when watching ended)", x: over === "at" ? { name: "intended start", unit: "us" } : { name: "request", unit: "count" }, y: { name: "latency", unit: "us" },
      lines: timed.map((c) => ({ name: executorName(c.e), color: colorOf(c.e), marks: true, open: (i) => !c.series.times[i][3], points: c.series.times.map((t) => [over === "at" ? t[1] * c.series.tick : t[0], t[2] * c.series.lag]) })) });
  }
}
