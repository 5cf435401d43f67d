// Appended to a copy of a report by the tests: tells the browser's console what it drew.
const plots = [...document.querySelectorAll("svg.plot")].map((plot) => {
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
  return {
    width: box.width, height: box.height, shapes: plot.querySelectorAll("path,rect").length,
    text: Math.min(...sizes), outside: outside.map((text) => text.textContent),
  };
});
console.log("PROBE " + JSON.stringify({
  viewport: innerWidth, page: document.documentElement.scrollWidth, plots,
  sections: document.querySelectorAll("section").length,
  background: getComputedStyle(document.body).backgroundColor,
}));
