// Rows in time: a dot for a day, a bar from the first to the last date of a row.
import { scaleUtc } from "d3-scale";
import { el, svg } from "../dom.js";
import { words } from "../kinds.js";
import { english, tickWords } from "../messages.js";
import { S } from "../strings.js";

const [WIDTH, ROW, TOP, LEFT] = [900, 24, 28, 24];

export async function draw(answer, { dates, labels }) {
  const entries = answer.rows.map((row) => entry(row, dates, labels)).filter(Boolean);
  entries.sort((a, b) => a.from - b.from || a.until - b.until);
  const height = TOP + ROW * entries.length + 6;
  const scale = scaleUtc()
    .domain([Math.min(...entries.map((e) => e.from)), Math.max(...entries.map((e) => e.until))])
    .range([LEFT, WIDTH - 300]).nice();
  const name = S.timelineName(entries.length);
  const picture = svg("svg", { class: "picture wide", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": name },
    ...axis(scale, height), svg("g", english, ...entries.map((e, i) => bar(e, scale, TOP + ROW * i + ROW / 2))));
  return [el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name }, picture)];
}

function entry(row, dates, labels) {
  const found = dates.map((i) => row[i] && time(row[i].value)).filter((t) => Number.isFinite(t));
  if (!found.length) return null;
  return { from: Math.min(...found), until: Math.max(...found), label: words(row, labels), day: row[dates[0]]?.value };
}

/** Milliseconds since 1970 of an XSD date, month or year. */
function time(text) {
  const match = /^(-?\d{4,})(?:-(\d\d))?(?:-(\d\d))?/.exec(text);
  if (!match) return Number.NaN;
  const date = new Date(0);
  date.setUTCFullYear(Number(match[1]), Number(match[2] ?? 1) - 1, Number(match[3] ?? 1));
  return date.getTime();
}

function axis(scale, height) {
  const write = tickWords(scale.tickFormat(8));
  return scale.ticks(8).flatMap((tick) => [
    svg("line", { class: "axis", x1: scale(tick), x2: scale(tick), y1: TOP - 8, y2: height }),
    svg("text", { class: "quiet", x: scale(tick), y: 14, "text-anchor": "middle" }, write(tick)),
  ]);
}

function bar({ from, until, label, day }, scale, y) {
  const [left, right] = [scale(from), scale(until)];
  const text = label.length > 60 ? `${label.slice(0, 59)}…` : label;
  return svg("g", {}, svg("title", {}, `${day ?? ""}: ${label}`),
    svg("rect", { class: "mark-of", x: left - 5, y: y - 5, width: Math.max(10, right - left + 10), height: 10, rx: 5 }),
    svg("text", { x: right + 10, y: y + 4 }, text));
}
