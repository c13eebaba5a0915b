// Returns how many texts there are and those whose contrast is below 4.5:1
// (WCAG 2.1, 1.4.3). What is behind a text is blended from the backgrounds of
// the elements around it; in the flame graph it is the frame's box.
() => {
  const parse = (c) => {
    const m = /rgba?\(([^)]+)\)/.exec(c);
    if (!m) return [0, 0, 0, 0];
    const [r, g, b, a = 1] = m[1].split(/[ ,/]+/).map(Number);
    return [r, g, b, a];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const luminance = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const behind = (e) => {
    const layers = [];
    const rect = e.tagName === "text" && e.closest(".flame-graph g")?.querySelector("rect");
    if (rect) layers.push(parse(getComputedStyle(rect).fill));
    for (let n = e; n; n = n.parentElement) layers.push(parse(getComputedStyle(n).backgroundColor));
    let c = [255, 255, 255, 1];
    for (const l of layers.reverse()) c = over(l, c);
    return c;
  };
  const poor = [];
  let texts = 0;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    const s = walk.currentNode.textContent.trim();
    if (!s || ["SCRIPT", "STYLE", "NOSCRIPT", "OPTION"].includes(e.tagName) || e.getClientRects().length === 0) continue;
    texts++;
    const style = getComputedStyle(e);
    const bg = behind(e);
    const fg = over(parse(e.tagName === "text" ? style.fill : style.color), bg);
    const r = ratio(fg, bg);
    if (r < 4.5) poor.push(`${r.toFixed(2)} ${e.tagName}.${e.getAttribute("class")} ${s.slice(0, 40)}`);
  }
  return { Texts: texts, Poor: [...new Set(poor)].slice(0, 20) };
}
