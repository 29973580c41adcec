// Things that stand in one row are joined; each can be asked for what is one step beside it.
import { forceCenter, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";
import { Refused } from "../asking.js";
import { el, link, svg } from "../dom.js";
import { english } from "../messages.js";
import { S } from "../strings.js";

// DRAWN nodes of the answer at most, and MOST with those that are added step by step
const [WIDTH, HEIGHT, STEPS, DRAWN, MOST] = [900, 620, 300, 60, 150];
// the name of a node: so many letters at most, how wide one is, how tall it is with its disc
const [LETTERS, LETTER, TALL] = [34, 6.6, 44];

export async function draw(answer, columns, { neighbours }) {
  const graph = new Graph(neighbours);
  graph.addRows(answer, columns);
  graph.show();
  return [graph.place];
}

class Graph {
  constructor(neighbours) {
    this.neighbours = neighbours;
    this.nodes = new Map();
    this.edges = new Map();
    this.left = false;
    this.place = el("div", { class: "network" });
    this.status = el("p", { class: "note", role: "status" }, S.graphHelp);
    this.picture = el("div", { class: "scroll", tabindex: "0", role: "region" });
    this.note = el("p", { class: "note", hidden: true }, S.graphNote(DRAWN));
    this.twin = el("details", {}, el("summary"), el("div", { class: "scroll" }));
    this.place.append(this.picture, this.note, this.status, this.twin);
  }

  /** The first thing of a row points at each of the others, or a triple's subject at its object. */
  addRows({ rows, columns }, { things, how }) {
    for (const row of rows) {
      const [first, ...others] = things.filter((i) => row[i]?.iri);
      for (const i of others) {
        const words = how === undefined ? columns[i] : row[how].label;
        if (!this.join(row[first], row[i], words, DRAWN)) this.left = true;
      }
    }
  }

  /** Whether there was room for both ends of an edge. */
  join(from, to, how, most, broken = false) {
    const fresh = [from, to].filter(({ iri }) => !this.nodes.has(iri));
    if (this.nodes.size + fresh.length > most) return false;
    for (const { iri, label, href } of fresh) this.nodes.set(iri, { iri, label, href });
    if (from.iri === to.iri) return true;
    const key = `${from.iri} ${to.iri} ${how}`;
    if (!this.edges.has(key)) this.edges.set(key, { source: this.nodes.get(from.iri), target: this.nodes.get(to.iri), how, broken });
    return true;
  }

  /** Ask what is beside a node, add it to picture and table, and give the node the focus again. */
  async expand(node) {
    if (node.expanded) return;
    this.status.textContent = S.running;
    const found = await this.ask(node.iri);
    if (!found) return;
    const before = this.nodes.size;
    const near = { x: node.x, y: node.y };
    let room = true;
    for (const { how, forward, other, standing, settled } of found.edges) {
      const words = standing ? `${how} (${standing})` : how;
      const ends = forward ? [node, other] : [other, node];
      room = this.join(...ends, words, MOST, !settled) && room;
    }
    node.expanded = true;
    for (const each of this.nodes.values()) if (each.x === undefined) Object.assign(each, near);
    this.show();
    this.status.textContent = S.graphAdded(node.label, this.nodes.size - before, room ? found.more : MOST);
    this.picture.querySelector(`[data-node="${CSS.escape(node.iri)}"]`)?.focus();
  }

  async ask(iri) {
    try {
      return await this.neighbours(iri);
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof TypeError)) throw error;
      this.status.textContent = error instanceof Refused ? S.refusedStep(error.message) : S.silent;
      return null;
    }
  }

  show() {
    const nodes = [...this.nodes.values()];
    const edges = [...this.edges.values()];
    arrange(nodes, edges);
    const name = S.graphName(nodes.length, edges.length);
    this.picture.setAttribute("aria-label", name);
    this.picture.replaceChildren(
      svg("svg", { class: "picture wide", viewBox: box(nodes), role: "group", "aria-label": name },
        svg("g", english, ...edges.map(line)), svg("g", english, ...nodes.map((node) => this.dot(node)))));
    this.note.hidden = !this.left;
    this.twin.firstElementChild.textContent = S.graphTable(edges.length);
    this.twin.lastElementChild.replaceChildren(table(edges));
  }

  /** A disc that is pressed to go on from there, and the name, which leads to the page. */
  dot(node) {
    const { x, y, iri, label, href, expanded } = node;
    const go = () => this.expand(node);
    const press = (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      go();
    };
    const disc = svg("g", { class: "disc", role: "button", tabindex: "0", "data-node": iri,
      "aria-label": expanded ? S.graphDone(label) : S.graphMore(label), "aria-disabled": expanded ? "true" : null,
      onclick: go, onkeydown: press },
    svg("title", {}, `${label} ${iri}`), svg("circle", { class: "reach", cx: x, cy: y, r: 14 }),
    svg("circle", { class: "mark-of", cx: x, cy: y, r: 8 }),
    expanded ? null : svg("path", { class: "plus", d: `M${x - 4} ${y}h8M${x} ${y - 4}v8` }));
    return svg("g", {}, disc, name(node));
  }
}

/** Places for all nodes; those that have one move as little as the others let them. */
function arrange(nodes, edges) {
  forceSimulation(nodes).stop()
    .force("link", forceLink(edges.map(({ source, target }) => ({ source, target }))).distance(110).strength(0.3))
    .force("apart", forceManyBody().strength(-320))
    .force("centre", forceCenter(WIDTH / 2, HEIGHT / 2))
    .force("x", forceX(WIDTH / 2).strength(0.05))
    .force("y", forceY(HEIGHT / 2).strength(0.07))
    .force("names", () => pushed(nodes))
    .tick(STEPS);
}

/** Push nodes apart whose names would lie on each other, the way that is shorter. */
function pushed(nodes) {
  for (const [i, a] of nodes.entries()) {
    for (const b of nodes.slice(i + 1)) {
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const wide = (short(a.label).length + short(b.label).length) * LETTER / 2 + 12 - Math.abs(dx);
      const tall = TALL - Math.abs(dy);
      if (wide <= 0 || tall <= 0) continue;
      const [axis, way] = wide < tall ? ["x", Math.sign(dx || 1) * wide] : ["y", Math.sign(dy || 1) * tall];
      a[axis] -= way / 4;
      b[axis] += way / 4;
    }
  }
}

function short(label) {
  return label.length > LETTERS ? `${label.slice(0, LETTERS - 1)}…` : label;
}

function box(nodes) {
  const [xs, ys] = [nodes.map((n) => n.x), nodes.map((n) => n.y)];
  const [x, y] = [Math.min(...xs) - 90, Math.min(...ys) - 30];
  const [width, height] = [Math.max(...xs) - x + 90, Math.max(...ys) - y + 40];
  return `${x - Math.max(0, WIDTH - width) / 2} ${y} ${Math.max(WIDTH, width)} ${Math.max(120, height)}`;
}

function line({ source, target, how, broken }) {
  return svg("line", { class: broken ? "edge broken" : "edge", x1: source.x, y1: source.y, x2: target.x, y2: target.y },
    svg("title", {}, `${source.label} – ${how} – ${target.label}`));
}

/** The name below a node; the table has the same links for the keyboard. */
function name({ x, y, label, href }) {
  const text = svg("text", { class: "over", x, y: y + 22, "text-anchor": "middle" }, short(label));
  const safe = href && /^(https?:\/\/|\/(?!\/))/.test(href);
  return safe ? svg("a", { href, tabindex: "-1" }, text) : text;
}

function table(edges) {
  const head = S.graphColumns.map((column) => el("th", { scope: "col" }, column));
  const end = ({ iri, label, href }) => link(href, { title: iri }, label);
  const rows = edges.map(({ source, target, how }) =>
    el("tr", {}, el("td", {}, end(source)), el("td", {}, how), el("td", {}, end(target))));
  return el("table", { class: "twin" }, el("thead", {}, el("tr", {}, ...head)), el("tbody", english, ...rows));
}
