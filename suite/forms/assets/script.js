theme();
const find = document.getElementById("find");
if (find) {
  const leaks = [...document.querySelectorAll(".leak")];
  const found = document.getElementById("found");
  document.getElementById("controls").hidden = false;
  find.addEventListener("input", () => {
    const want = find.value.trim().toLowerCase();
    let n = 0;
    for (const l of leaks) {
      l.hidden = !l.textContent.toLowerCase().includes(want);
      if (!l.hidden) n++;
    }
    found.textContent = want === "" ? "" : n + " of " + leaks.length;
  });
}
