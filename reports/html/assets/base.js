// The data is gzip'd JSON in base64.
const packed = Uint8Array.from(atob(JSON.parse(document.getElementById("data").textContent)), (c) => c.charCodeAt(0));
const data = JSON.parse(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text());
const text = (ref) => data.strings[ref || 0];
const byId = (id) => document.getElementById(id);

// el makes an element. Strings become text nodes, so nothing is ever markup.
function el(tag, attrs, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(attrs || {})) if (v !== undefined && v !== "" && v !== false) e.setAttribute(k, v === true ? "" : v);
  e.append(...children.filter((c) => c !== undefined && c !== null && c !== ""));
  return e;
}

function svg(tag, attrs, ...children) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [k, v] of Object.entries(attrs || {})) if (v !== undefined && v !== "") e.setAttribute(k, v);
  e.append(...children);
  return e;
}

// show replaces the children of host.
function show(host, ...children) {
  host.replaceChildren(...children);
}

const count = (n) => Math.round(n).toLocaleString("en-US");
const plural = (n, noun) => count(n) + " " + noun + (n === 1 ? "" : "s");

// three is a number with three significant digits, and no exponent.
function three(n) {
  if (n === 0) return "0";
  const a = Math.abs(n);
  if (a >= 100) return count(n);
  return String(Number(n.toPrecision(3)));
}

const byteUnits = [[2 ** 40, "TiB"], [2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"], [1, "B"]];
const timeUnits = [[3600e6, "h"], [60e6, "min"], [1e6, "s"], [1e3, "ms"], [1, "us"]];
// Two days or two years and more are easier to read than hours.
const hourUnits = [[8760, "years", 2 * 8760], [24, "days", 48], [1, "h"]];

function unitOf(units, most) {
  return units.find(([size, , from]) => most >= (from || size)) || units[units.length - 1];
}

const formats = {
  count: three,
  bytes: (n) => inUnit(byteUnits, n),
  us: (n) => inUnit(timeUnits, n),
};

function inUnit(units, n) {
  if (n === 0) return "0";
  const [size, name] = unitOf(units, Math.abs(n));
  return three(n / size) + " " + name;
}

// amount is a value of a profile in its unit.
function amount(n, unit) {
  if (unit === "bytes") return formats.bytes(n);
  if (unit === "nanoseconds") return formats.us(n / 1000);
  return count(n) + (unit === "count" || unit === "" ? "" : " " + unit);
}

const signed = (n, unit) => (n > 0 ? "+" : n < 0 ? "\u2212" : "\u00b1") + amount(Math.abs(n), unit);

// table is a grid with a head; rows are lists of strings or nodes.
function table(heads, rows, figures = 0) {
  const figure = (i) => (i >= heads.length - figures ? "figure" : "");
  return el("table", { class: "grid" },
    el("thead", {}, el("tr", {}, ...heads.map((h, i) => el("th", { scope: "col", class: figure(i) }, h)))),
    el("tbody", {}, ...rows.map((r) => el("tr", {}, ...r.map((c, i) =>
      i === 0 ? el("th", { scope: "row" }, c) : el("td", { class: figure(i), "data-head": heads[i] }, c))))));
}

// lazily fills a details element when it is first opened.
function lazily(details, fill) {
  details.addEventListener("toggle", () => {
    if (details.open && !details.dataset.filled) {
      details.dataset.filled = "1";
      fill(details);
    }
  });
  return details;
}

// pprof opens a profile in a browser.
const pprof = "go tool pprof -http=localhost: ";
