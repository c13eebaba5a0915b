theme();
flame(document.querySelector(".flame"), {
  functions: data.functions, graphs: data.graphs, sides: ["before", "after", "difference"], pick: () => [0, 1],
  command: (path, base) => pprof + (base ? "-diff_base " + base + " " : "") + path,
});
