// Appended to a copy of a report by the tests: tells the browser's console what it drew.
// `problems` is filled by listeners that stand in the copy's head.
const seriesOf = (shape) =>
  [...shape.classList].map((name) => /^[lf](\d)$/.exec(name)?.[1]).find((one) => one);
for (const details of document.querySelectorAll("details")) details.open = true;
// Of a plot that is drawn for several widths one drawing is shown.
const shown = [...document.querySelectorAll("svg.plot")].filter(
  (plot) => plot.getClientRects().length > 0);
const hidden = [...document.querySelectorAll("figure")].filter(
  (figure) => !shown.some((plot) => figure.contains(plot)));
for (const figure of hidden) problems.push("no drawing is shown: " + figure.textContent);
// The first column of a table stays where it is when the rest is scrolled.
for (const box of document.querySelectorAll(".table")) {
  const first = box.querySelector("td");
  const place = first.getBoundingClientRect().left;
  box.scrollLeft = box.scrollWidth;
  if (Math.abs(first.getBoundingClientRect().left - place) > 1) {
    problems.push("the first column moves: " + first.textContent);
  }
  box.scrollLeft = 0;
}
const plots = shown.map((plot) => {
  const box = plot.getBBox();
  const scale = plot.getBoundingClientRect().width / plot.viewBox.baseVal.width;
  const sizes = [...plot.querySelectorAll("text")].map(
    (text) => parseFloat(getComputedStyle(text).fontSize) * scale);
  const view = plot.viewBox.baseVal;
  const outside = [...plot.querySelectorAll("text")].filter((text) => {
    const own = text.getBBox();
    return own.x < view.x - 1 || own.x + own.width > view.x + view.width + 1
      || own.y + own.height > view.y + view.height + 1;
  });
  // What lies below the axes is the legend; what is drawn above them must show each of its series.
  const foot = Math.max(...[...plot.querySelectorAll(".axis")].map((axis) => {
    const own = axis.getBBox();
    return own.y + own.height;
  }));
  const drawn = new Set();
  const named = new Set();
  let marks = 0;
  for (const shape of plot.querySelectorAll("path,rect,line,circle")) {
    const series = seriesOf(shape);
    if (series === undefined) continue;
    const own = shape.getBBox();
    if (own.y + own.height / 2 > foot + 1) {
      named.add(series);
    } else if (Math.max(own.width, own.height) > 0) {
      marks += 1;
      drawn.add(series);
    }
  }
  return {
    name: plot.closest("figure")?.querySelector("figcaption")?.textContent ?? "",
    width: box.width, height: box.height, marks,
    missing: [...named].filter((series) => !drawn.has(series)),
    text: Math.min(...sizes), outside: outside.map((text) => text.textContent),
  };
});
console.log("PROBE " + JSON.stringify({
  viewport: innerWidth, page: document.documentElement.scrollWidth, plots, problems,
  sections: document.querySelectorAll("section").length,
  background: getComputedStyle(document.body).backgroundColor,
}));
