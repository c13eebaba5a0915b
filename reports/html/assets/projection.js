// estimate is an interval of hours in the unit of its center, as the table that
// came with the page has it. Less than zero stands for never.
function estimate([center, low, high]) {
  const [size, name] = unitOf(hourUnits, center);
  const say = (h) => (h < 0 ? "never" : three(h / size));
  if (say(center) === say(low) && say(center) === say(high)) return `${say(center)} ${name}`;
  const near = Math.min(center - low, high - center), far = Math.max(center - low, high - center);
  if (near > 0 && far <= 1.5 * near && low >= 0) return `${say(center)} ${name} \u00b1${Number((far / size).toPrecision(2))}`;
  return `${say(center)} ${name} (${say(low)} to ${say(high)})`;
}

// projection draws how the goroutines and the memory of each executor grow. The
// reader can change the rate of requests; times to a limit are in inverse
// proportion to it.
function projection() {
  const all = data.projections || [];
  if (all.length === 0 || !byId("projection-controls")) return;
  byId("projection-controls").hidden = false;
  const rate = byId("rate"), horizon = byId("horizon"), problem = byId("rate-problem"), title = byId("projection-title");
  const original = title.textContent, host = byId("projection-charts");
  const grid = document.querySelector("#projection-table table");
  const limits = [...new Set(all.flatMap((p) => p.limits.map((l) => l.name)))];
  let used = Number(rate.value);
  const update = () => {
    const wanted = Number(rate.value);
    const fine = rate.value !== "" && Number.isFinite(wanted) && wanted > 0;
    rate.setAttribute("aria-invalid", String(!fine));
    problem.textContent = fine ? "" : "Give a number above 0; what is shown is at " + three(used) + ".";
    if (!fine) return;
    if (wanted !== used) {
      used = wanted;
      title.textContent = original.replace(/ at .* requests an hour/, "") + " at " + three(used) + " requests an hour";
      fillTimes(grid, all, limits, used);
    }
    drawProjection(host, all, used, Number(horizon.value));
  };
  rate.addEventListener("input", update);
  horizon.addEventListener("change", update);
  update();
}

function fillTimes(grid, all, limits, rate) {
  if (!grid) return;
  const rows = grid.tBodies[0].rows;
  all.forEach((p, i) => limits.forEach((name, k) => {
    const l = p.limits.find((x) => x.name === name);
    const cell = rows[i] && rows[i].cells[3 + k];
    if (!l || !cell || l.never || !l.measured) return;
    cell.textContent = estimate(l.hours.map((h) => (h < 0 ? h : (h * p.rate) / rate)));
  }));
}

function drawProjection(host, all, rate, hours) {
  show(host);
  const x = { name: "time", unit: "hours", most: hours };
  const limitsOf = (bytes) => [...new Map(all.flatMap((p) => p.limits).filter((l) => Boolean(l.bytes) === bytes).map((l) => [l.name, { name: text(l.name), y: l.value }])).values()].sort((a, b) => a.y - b.y);
  for (const [title, unit, per, base] of [["Goroutines", "count", "perRequest", "base"], ["Memory mapped by the runtime", "bytes", "perBytes", "baseBytes"]]) {
    const at = (p, k, h) => Math.max(0, p[base] + p[per][k] * rate * h);
    const limits = limitsOf(unit === "bytes");
    const reached = Math.max(...all.map((p) => at(p, 0, hours)));
    // The lowest limit is always shown, the others where a line comes near them.
    const most = 1.15 * (limits.length === 0 ? reached : limits.reduce((m, l) => (reached > m ? l.y : m), limits[0].y));
    const steps = Array.from({ length: 61 }, (_, i) => (i * hours) / 60);
    const inside = (points) => points.filter((p, i) => i === 0 || points[i - 1][1] <= most);
    chart(host, {
      title: `${title} at ${three(rate)} requests an hour`, x, y: { name: unit === "bytes" ? "memory" : "goroutines", unit, most: most || 1 }, limits,
      lines: all.map((p) => ({ name: executorName(p.executor), color: colorOf(p.executor), dash: p.executor === data.before ? 0 : p.executor === data.after ? 1 : 2, points: inside(steps.map((h) => [h, at(p, 0, h)])) })),
      bands: all.map((p) => ({ color: colorOf(p.executor), points: steps.map((h) => [h, at(p, 1, h), at(p, 2, h)]) })),
    });
  }
}
