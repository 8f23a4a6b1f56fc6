// Draws every figure with data-plot (its settings) by uPlot; the data stand in
// the page or come from data-plot-src as JSON: {"data": [[x…], [y1…], …]}.
(() => {
  const token = (name) => {
    // A canvas needs a plain colour: let the browser resolve light-dark().
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const c = getComputedStyle(probe).color;
    probe.remove();
    return c;
  };
  const ink = { l1: "--l1", l2: "--l2", l3: "--l3", n: "--n", a: "--accent", b: "--live", c: "--good", d: "--high" };
  const dash = { l1: [], l2: [8, 3], l3: [2, 3], n: [8, 3, 2, 3], a: [], b: [8, 3], c: [2, 3], d: [8, 3, 2, 3] };
  const num = (unit) => (u, v) => v == null ? "–" : `${Number(v.toPrecision(5))}${unit ? " " + unit : ""}`;
  const mark = (d) => !d?.length ? "solid" : d[0] < 4 ? "dotted" : "dashed";
  const plain = (unit) => (u, vs) => vs.map((v) => v == null ? "" : `${Number(v.toPrecision(6))}`);
  const powers = (u, vs) => vs.map((v) => v == null ? "" : /^[125]/.test(v.toExponential()) && (vs.length < 30 || /^1e/.test(v.toExponential())) ? String(Number(v.toPrecision(3))) : "");

  // Rows of words in place of numbers.
  const rows = (a) => a.rows ? { splits: () => a.rows.map((r, i) => i + .5), values: () => a.rows, size: 106, grid: { show: false }, label: undefined } : {};
  const axis = (a, log) => ({
    label: a.unit ? `${a.label} (${a.unit})` : a.label, labelSize: 22, size: 54, stroke: token("--ink-2"),
    grid: { stroke: token("--line"), width: 1 }, ticks: { stroke: token("--line-strong"), width: 1 },
    font: "12px system-ui, sans-serif", labelFont: "12px system-ui, sans-serif",
    values: log ? powers : plain(a.unit), ...(log ? { filter: (u, splits) => splits } : {}),
  });
  const bar = (s, i) => s.onoff ? {
    fill: token(ink[s.colour] ?? "--accent"), width: 1, dash: [], paths: uPlot.paths.stepped({ align: 1 }),
    fillTo: i + .15, value: (u, v) => v == null ? "–" : v - i > .5 ? "on" : "off",
  } : {};
  const series = (s, unit, i) => ({
    label: s.label, scale: "y", width: 2, stroke: token(ink[s.colour] ?? "--accent"), dash: dash[s.colour] ?? [],
    points: s.points ? { show: true, size: 10, fill: token(ink[s.colour] ?? "--accent") } : { show: false },
    paths: s.points ? () => null : undefined, value: num(unit), spanGaps: !!s.gaps,
    ...bar(s, i),
  });
  const options = (cfg, width) => ({
    width, height: cfg.height || 320,
    scales: {
      x: { time: false, distr: cfg.x.log ? 3 : 1, ...(cfg.x.max > cfg.x.min ? { range: zoomed(cfg.x) } : {}) },
      y: { distr: cfg.y.log ? 3 : 1, ...(cfg.y.max > cfg.y.min ? { range: [cfg.y.min, cfg.y.max] } : {}) },
    },
    axes: [{ ...axis(cfg.x, cfg.x.log), size: 40 }, { ...axis(cfg.y, cfg.y.log), scale: "y", ...(cfg.with ? { size: 84 } : {}), ...rows(cfg.y) }],
    series: [{ label: cfg.x.label, value: num(cfg.x.unit) }, ...cfg.series.map((s, i) => series(s, cfg.y.unit, i))],
    cursor: { drag: { x: true, y: false }, ...(cfg.with ? { sync: { key: cfg.with, setSeries: false } } : {}) },
    // The frame of each mark has the dash of its line: never colour alone.
    legend: { live: true, markers: { width: 3, fill: () => "transparent", dash: (u, i) => mark(u.series[i].dash) } },
  });
  const zoomed = (x) => (u, lo, hi) => u.status === 1 && u._zoom ? [lo, hi] : [x.min, x.max];

  const draw = async (fig) => {
    const area = fig.querySelector(".plot-area");
    const say = fig.querySelector(".plot-say");
    try {
      const cfg = JSON.parse(fig.dataset.plot);
      fig._data ??= fig.dataset.plotSrc ? (await (await fetch(fig.dataset.plotSrc)).json()).data : cfg.data;
      const box = area.getBoundingClientRect();
      fig._plot?.destroy();
      area.replaceChildren();
      fig._plot = new uPlot({ ...options(cfg, Math.max(240, Math.floor(box.width))), hooks: hooks(fig, cfg) }, placed(cfg, fig._data), area);
      area.querySelector("canvas")?.setAttribute("aria-hidden", "true");
      if (say) say.hidden = true;
      fig.dataset.drawn = "yes";
    } catch (err) {
      if (say) { say.hidden = false; say.textContent = "The data of this plot could not be read. Load the page again."; }
      fig.dataset.drawn = "failed";
    }
  };
  // What is on or off stands in its row: row i goes from i + .15 to i + .85.
  const placed = (cfg, data) => data.map((row, i) => i > 0 && cfg.series[i - 1]?.onoff ? row.map((v) => v == null ? v : i - 1 + .15 + .7 * v) : row);
  const hooks = (fig, cfg) => ({
    setSelect: [(u) => { if (u.select.width > 0) u._zoom = true; }],
    setScale: [(u, key) => { if (key === "x" && cfg.with && !following) follow(fig, cfg, u); }],
    draw: [(u) => (cfg.marks ?? []).forEach((m) => across(u, m))],
  });
  // Plots that belong together are zoomed together.
  let following = false;
  const follow = (fig, cfg, u) => {
    const { min, max } = u.scales.x;
    following = true;
    document.querySelectorAll("[data-plot]").forEach((f) => {
      if (f === fig || !f._plot || JSON.parse(f.dataset.plot).with !== cfg.with) return;
      f._plot._zoom = u._zoom;
      f._plot.setScale("x", { min, max });
    });
    // uPlot says so in a later turn.
    setTimeout(() => { following = false; }, 0);
  };
  const across = (u, m) => {
    const x = Math.round(u.valToPos(m.at, "x", true));
    const { left, top, width, height } = u.bbox, px = devicePixelRatio || 1;
    if (x < left || x > left + width) return;
    u.ctx.save();
    u.ctx.strokeStyle = u.ctx.fillStyle = token("--ink");
    u.ctx.lineWidth = px;
    u.ctx.setLineDash([3 * px, 3 * px]);
    u.ctx.beginPath();
    u.ctx.moveTo(x, top);
    u.ctx.lineTo(x, top + height);
    u.ctx.stroke();
    u.ctx.font = `600 ${12 * px}px system-ui, sans-serif`;
    u.ctx.textBaseline = "top";
    u.ctx.textAlign = "left";
    u.ctx.fillText(m.word, x + 4 * px, top + 3 * px);
    u.ctx.restore();
  };
  const all = () => document.querySelectorAll("[data-plot]").forEach(draw);

  document.addEventListener("DOMContentLoaded", () => {
    all();
    let width = innerWidth;
    addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; all(); } });
  });
  document.addEventListener("ui:theme", all);
  document.addEventListener("click", (e) => {
    const b = e.target.closest?.("[data-plot-zoom]");
    const fig = b?.closest("[data-plot]");
    if (!fig?._plot) return;
    zoom(fig._plot, b.dataset.plotZoom);
  });

  // Zoom without a mouse: half as much, twice as much, a quarter aside, all.
  const zoom = (u, how) => {
    const { min, max } = u.scales.x;
    const log = u.scales.x.distr === 3;
    const [f, g] = log ? [Math.log, Math.exp] : [(v) => v, (v) => v];
    const lo = f(min), hi = f(max), w = hi - lo;
    u._zoom = how !== "all";
    const to = { in: [lo + w / 4, hi - w / 4], out: [lo - w / 2, hi + w / 2], left: [lo - w / 4, hi - w / 4], right: [lo + w / 4, hi + w / 4] }[how];
    if (to) u.setScale("x", { min: g(to[0]), max: g(to[1]) }); else u.setData(u.data, true);
  };
  document.addEventListener("htmx:after:swap", () => document.querySelectorAll("[data-plot]:not([data-drawn])").forEach(draw));
})();
