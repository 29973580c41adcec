// What the columns of an answer are, and so which pictures can be drawn of it.
const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(["integer", "decimal", "double", "float", "int", "long"].map((n) => XSD + n));
const DATES = new Set(["date", "dateTime", "gYear", "gYearMonth"].map((n) => XSD + n));
const WKT = "http://www.opengis.net/ont/geosparql#wktLiteral";

/** For each column "thing", "number", "date", "point" or "text": what all its values are. */
export function kindsOf(answer) {
  return answer.columns.map((name, i) => {
    const found = new Set(answer.rows.map((row) => kindOf(row[i])).filter(Boolean));
    return found.size === 1 ? [...found][0] : "text";
  });
}

function kindOf(cell) {
  if (cell === null) return null;
  if (cell.iri) return "thing";
  if (NUMBERS.has(cell.datatype)) return "number";
  if (DATES.has(cell.datatype)) return "date";
  return cell.datatype === WKT ? "point" : "text";
}

/** The columns of a picture each, or no entry where there can be none; the best stands first. */
export function pictures(answer) {
  const kinds = kindsOf(answer);
  const all = (kind) => kinds.flatMap((k, i) => (k === kind ? [i] : []));
  const latitude = named(answer, kinds, /^lat(itude)?$/i);
  const longitude = named(answer, kinds, /^(long?|lng|longitude)$/i);
  const numbers = all("number").filter((i) => i !== latitude && i !== longitude);
  const labels = [...all("thing"), ...all("text")].sort((a, b) => isLabel(answer, b) - isLabel(answer, a));
  const found = new Map();
  if (latitude >= 0 && longitude >= 0) found.set("map", { latitude, longitude, labels });
  else if (all("point").length) found.set("map", { point: all("point")[0], labels });
  if (all("date").length && labels.length) found.set("timeline", { dates: all("date"), labels });
  if (numbers.length && labels.length) found.set("chart", { numbers, labels });
  if (answer.form === "CONSTRUCT" || answer.form === "DESCRIBE") {
    if (answer.rows.some((row) => row[2]?.iri)) found.set("graph", { things: [0, 2], how: 1 });
  } else if (all("thing").length > 1) found.set("graph", { things: all("thing") });
  return found;
}

/** What an answer is shown as at first: the picture that its columns are made for, or the table. */
export function firstView(answer) {
  if (!answer.rows.length) return "answer";
  const found = pictures(answer);
  if (found.has("map")) return "map";
  if (found.has("timeline")) return "timeline";
  return found.has("chart") && answer.columns.length === 2 ? "chart" : "table";
}

function named(answer, kinds, pattern) {
  return answer.columns.findIndex((name, i) => pattern.test(name) && kinds[i] === "number");
}

function isLabel(answer, column) {
  return /label|name/i.test(answer.columns[column]);
}

/** The words of the first of some cells that has any. */
export function words(row, columns) {
  const cell = columns.map((i) => row[i]).find(Boolean);
  return cell ? shown(cell) : "";
}

export function shown(cell) {
  return cell.iri ? cell.label : cell.value;
}
