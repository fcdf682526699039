// Draws every chart of the page into the place that bears its name. `vegaEmbed` is bundled with it.
const charts = JSON.parse(document.getElementById("charts").textContent);
const options = {
  mode: "vega-lite",
  renderer: "svg",
  actions: false,
  defaultStyle: false,
  ast: true, // Expressions are walked, not compiled: the page forbids scripts that make scripts.
  tooltip: { disableDefaultStyle: true },
};
const drawn = Object.entries(charts).map(([id, chart]) => vegaEmbed(document.getElementById(id), chart, options));
Promise.all(drawn).then(() => {
  document.documentElement.dataset.drawn = String(drawn.length);
});
