// Things that stand in one row are joined; the first column points at each of the others.
import { forceCenter, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";
import { el, svg } from "../dom.js";
import { english } from "../messages.js";
import { S } from "../strings.js";

const [WIDTH, HEIGHT, STEPS, DRAWN] = [900, 620, 240, 60];

export async function draw(answer, { things }) {
  const { nodes, edges, left } = network(answer.rows, things);
  const simulation = forceSimulation(nodes).stop()
    .force("link", forceLink(edges).id((node) => node.iri).distance(90))
    .force("apart", forceManyBody().strength(-260))
    .force("centre", forceCenter(WIDTH / 2, HEIGHT / 2))
    .force("x", forceX(WIDTH / 2).strength(0.05))
    .force("y", forceY(HEIGHT / 2).strength(0.09));
  simulation.tick(STEPS);
  const name = S.graphName(nodes.length, edges.length);
  const picture = svg("svg", { class: "picture wide", viewBox: box(nodes), role: "group", "aria-label": name },
    ...edges.map(line), svg("g", english, ...nodes.map(dot)));
  return [
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name }, picture),
    left ? el("p", { class: "note" }, S.graphNote(DRAWN)) : null,
  ];
}

/** The nodes by their IRIs and an edge for each pair, as many as can be looked at. */
function network(rows, things) {
  const nodes = new Map();
  const edges = new Map();
  let left = false;
  for (const row of rows) {
    const [first, ...others] = things.map((i) => row[i]).filter(Boolean);
    for (const other of others) {
      const fresh = [first, other].filter((thing) => !nodes.has(thing.iri));
      if (nodes.size + fresh.length > DRAWN) {
        left = true;
        continue;
      }
      for (const { iri, label, href } of fresh) nodes.set(iri, { iri, label, href });
      if (first.iri !== other.iri) edges.set(`${first.iri} ${other.iri}`, { source: first.iri, target: other.iri });
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()], left };
}

function box(nodes) {
  const [xs, ys] = [nodes.map((n) => n.x), nodes.map((n) => n.y)];
  const [x, y] = [Math.min(...xs) - 90, Math.min(...ys) - 30];
  const [width, height] = [Math.max(...xs) - x + 90, Math.max(...ys) - y + 40];
  return `${x - Math.max(0, WIDTH - width) / 2} ${y} ${Math.max(WIDTH, width)} ${Math.max(120, height)}`;
}

function line({ source, target }) {
  return svg("line", { class: "edge", x1: source.x, y1: source.y, x2: target.x, y2: target.y });
}

function dot({ x, y, iri, label, href }) {
  const short = label.length > 34 ? `${label.slice(0, 33)}…` : label;
  const inside = [svg("title", {}, `${label} ${iri}`), svg("circle", { class: "mark-of", cx: x, cy: y, r: 7 }),
    svg("text", { x, y: y + 20, "text-anchor": "middle" }, short)];
  const safe = href && /^(https?:\/\/|\/(?!\/))/.test(href);
  return safe ? svg("a", { href }, ...inside) : svg("g", {}, ...inside);
}
