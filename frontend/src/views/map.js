// Places on the outlines of countries; no tiles, so nobody else learns what is looked at.
import { geoMercator, geoPath } from "d3-geo";
import { feature } from "topojson-client";
import { el, svg } from "../dom.js";
import { words } from "../kinds.js";
import { english } from "../messages.js";
import { S } from "../strings.js";

const [WIDTH, HEIGHT, MARGIN] = [900, 560, 60];

export async function draw(answer, columns, { atlas }) {
  const places = distinct(answer.rows.map((row) => place(row, columns)).filter(Boolean));
  const world = await atlas();
  const projection = around(places);
  const path = geoPath(projection);
  const lands = feature(world, world.objects.countries).features.map((land) =>
    svg("path", { class: "land", d: path(land) }));
  const name = S.mapName(places.length);
  const picture = svg("svg", { class: "picture", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": name },
    ...lands, svg("g", english, ...dots(places, projection)));
  return [picture, el("p", { class: "note" }, S.mapNote)];
}

function place(row, { latitude, longitude, point, labels }) {
  const at = point === undefined
    ? [Number(row[longitude]?.value), Number(row[latitude]?.value)]
    : wkt(row[point]?.value);
  const real = at?.every(Number.isFinite) && Math.abs(at[1]) <= 85 && Math.abs(at[0]) <= 180;
  return real ? { at, label: words(row, labels) } : null;
}

function wkt(text) {
  const match = /^\s*(?:<[^>]*>\s*)?POINT\s*\(\s*([-+.\deE]+)\s+([-+.\deE]+)\s*\)\s*$/i.exec(text ?? "");
  return match ? [Number(match[1]), Number(match[2])] : null;
}

/** Each place once: rows of one place may tell different things of it. */
function distinct(places) {
  return [...new Map(places.map((p) => [p.at.join(" "), p])).values()];
}

/** A projection in which all places can be seen, never nearer than half a degree. */
function around(places) {
  const [xs, ys] = [places.map((p) => p.at[0]), places.map((p) => p.at[1])];
  const corners = [[Math.min(...xs) - 0.5, Math.min(...ys) - 0.4], [Math.max(...xs) + 0.5, Math.max(...ys) + 0.4]];
  const frame = { type: "MultiPoint", coordinates: corners };
  return geoMercator().fitExtent([[MARGIN, MARGIN], [WIDTH - MARGIN, HEIGHT - MARGIN]], frame)
    .clipExtent([[0, 0], [WIDTH, HEIGHT]]);
}

/** A dot for each place, and its name where it covers no other dot or name. */
function dots(places, projection) {
  const points = places.map(({ at, label }) => ({ at: projection(at), label }));
  const taken = points.map(({ at: [x, y] }) => ({ from: x - 6, to: x + 6, y }));
  return points.map(({ at: [x, y], label }) => {
    const width = 14 + 6.5 * label.length;
    const sides = [{ from: x + 7, to: x + width, y }, { from: x - width, to: x - 7, y, left: true }];
    const box = sides.find((side) => side.from >= 0 && side.to <= WIDTH && isFree(side, taken));
    if (box) taken.push(box);
    return dot({ x, y, left: box?.left, label }, Boolean(box));
  });
}

function isFree({ from, to, y }, taken) {
  return taken.every((other) => Math.abs(other.y - y) > 13 || other.to < from || to < other.from);
}

function dot({ x, y, left, label }, labelled) {
  return svg("g", {}, svg("title", {}, label), svg("circle", { class: "mark-of", cx: x, cy: y, r: 6 }),
    labelled ? svg("text", { x: left ? x - 9 : x + 9, y: y + 4, "text-anchor": left ? "end" : null }, label) : null);
}
