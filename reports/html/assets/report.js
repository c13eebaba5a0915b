function reportFlames() {
  if (!data.flames) return;
  byId("flames-none").hidden = true;
  const graphs = data.flames.graphs.map((g) => ({ group: text(g.group), name: text(g.name), path: text(g.path), unit: text(g.unit), nodes: g.nodes, executor: g.executor, start: g.start }));
  flame(document.querySelector(".flame"), {
    functions: data.flames.functions.map(([n, f]) => [text(n), text(f)]), graphs,
    sides: ["before", "after", "difference"],
    pick: (members) => {
      const end = (e, or) => Math.max(members.findIndex((g) => g.executor === e && !g.start), or);
      return [end(data.before, 0), end(data.after, members.length - 1 > 0 && members.findIndex((g) => g.executor === data.after) < 0 ? members.length - 1 : 0)];
    },
    command: (path, base) => pprof + (base ? "-diff_base " + base + " " : "") + path,
  });
}

// profiles lists every profile of the run with the command that opens it.
function profiles() {
  const cells = data.cells.filter((c) => c.profiles);
  if (cells.length === 0) return;
  const details = byId("profiles");
  details.hidden = false;
  lazily(details, (d) => d.querySelector("div").append(table(["executor", "scenario", "command"],
    cells.flatMap((c) => c.profiles.map((p) => [executorName(c.e), text(data.scenarios[c.s].name), el("code", {}, pprof + text(p))])))));
}

theme();
hero();
matrixFilter();
cells();
curves();
projection();
reportFlames();
profiles();
