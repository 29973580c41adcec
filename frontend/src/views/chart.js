// A bar for each row: its number, and the words that stand beside it.
import { scaleLinear } from "d3-scale";
import { el, svg } from "../dom.js";
import { words } from "../kinds.js";
import { english, number } from "../messages.js";
import { S } from "../strings.js";

const [WIDTH, ROW, TOP, LABELS] = [900, 24, 28, 360];
const [DRAWN, LETTERS] = [200, 48];

export async function draw(answer, { numbers, labels }) {
  const column = numbers.at(-1);
  const bars = answer.rows
    .map((row) => ({ value: Number(row[column]?.value), parts: partsOf(row, labels) }))
    .filter((bar) => Number.isFinite(bar.value));
  const shown = bars.slice(0, DRAWN);
  const values = shown.map((bar) => bar.value);
  const scale = scaleLinear().domain([Math.min(0, ...values), Math.max(0, ...values)]).nice()
    .range([LABELS + 10, WIDTH - 70]);
  const height = TOP + ROW * shown.length + 6;
  const name = S.chartName(labels.map((i) => answer.columns[i]).join(", "), answer.columns[column]);
  const picture = svg("svg", { class: "picture wide", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": name },
    ...axis(scale, height), svg("g", english, ...shown.map((bar, i) => row(bar, scale, TOP + ROW * i + ROW / 2))));
  return [
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name }, picture),
    bars.length > DRAWN ? el("p", { class: "note" }, S.chartNote(DRAWN)) : null,
  ];
}

function partsOf(row, labels) {
  return [...new Set(labels.map((i) => words(row, [i])).filter(Boolean))];
}

/** A label as there is room for it: the longest parts are cut, so that none is lost. */
function short(parts) {
  const left = parts.map((part) => part);
  while (left.join(", ").length > LETTERS) {
    const longest = left.reduce((most, part, i) => (part.length > left[most].length ? i : most), 0);
    left[longest] = `${left[longest].replace(/…$/, "").slice(0, -1).trimEnd()}…`;
    if (left[longest].length < 3) break;
  }
  return left.join(", ");
}

function axis(scale, height) {
  return scale.ticks(5).flatMap((tick) => [
    svg("line", { class: "axis", x1: scale(tick), x2: scale(tick), y1: TOP - 8, y2: height }),
    svg("text", { class: "quiet", x: scale(tick), y: 14, "text-anchor": "middle" }, number(tick)),
  ]);
}

function row({ value, parts }, scale, y) {
  const [start, end] = [Math.min(scale(0), scale(value)), Math.max(scale(0), scale(value))];
  return svg("g", {}, svg("title", {}, `${parts.join(", ")}: ${number(value)}`),
    svg("text", { x: LABELS, y: y + 4, "text-anchor": "end" }, short(parts)),
    svg("rect", { class: "mark-of", x: start, y: y - 8, width: Math.max(1, end - start), height: 16 }),
    svg("text", { x: end + 5, y: y + 4 }, number(value)));
}
