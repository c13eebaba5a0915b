// theme lets the button with that name choose the colour scheme.
function theme() {
  const button = document.getElementById("theme");
  const order = ["auto", "light", "dark"];
  let at = 0;
  button.addEventListener("click", () => {
    at = (at + 1) % order.length;
    if (at === 0) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = order[at];
    button.textContent = order[at];
    button.setAttribute("aria-label", "Colour scheme: " + (at === 0 ? "auto, as the system" : order[at]));
  });
}
