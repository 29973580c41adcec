// The answer below the editor: its heading, a table or a picture, and where to go on.
import { el, link } from "./dom.js";
import { firstView, pictures } from "./kinds.js";
import { english } from "./messages.js";
import { S } from "./strings.js";

const VIEWS = {
  map: () => import("./views/map.js"),
  timeline: () => import("./views/timeline.js"),
  chart: () => import("./views/chart.js"),
  graph: () => import("./views/graph.js"),
};
const DRAWN = 5000;

/**
 * Show an answer in `place`. `more(fields)` asks for other rows of it, `explain()` how it came
 * about, where the server tells; `sources` are `atlas()` for the countries and `neighbours(iri)`.
 */
export class Results {
  constructor(place, { more, explain, sources }) {
    this.place = place;
    this.more = more;
    this.sources = sources;
    this.explain = explain;
    this.view = null;
  }

  /** A new answer; `view` is kept where only other rows of the same answer come. */
  show(answer, { keepView = false } = {}) {
    this.answer = answer;
    if (!keepView || !this.view) this.view = firstView(answer);
    this.place.replaceChildren(...this.parts());
    return this.draw();
  }

  parts() {
    const { answer } = this;
    const heading = el("h2", { id: "answer", tabindex: "-1" }, title(answer), " ",
      el("span", { class: "count" }, S.took(answer.milliseconds, answer.generation)));
    this.picture = el("div", { class: "view" });
    return [warnings(answer), heading, this.switches(), this.picture, after(answer)]
      .filter(Boolean);
  }

  switches() {
    const names = this.answer.rows.length ? ["table", ...pictures(this.answer).keys()] : ["answer"];
    if (this.explain) names.push("explain");
    if (names.length === 1) return null;
    return el("div", { class: "views", role: "group", "aria-label": S.views }, ...names.map((name) =>
      el("button", { type: "button", "aria-pressed": String(name === this.view), "data-view": name,
        onclick: () => this.choose(name) }, S.view[name])));
  }

  choose(name) {
    this.view = name;
    for (const button of this.place.querySelectorAll("[data-view]"))
      button.setAttribute("aria-pressed", String(button.dataset.view === name));
    return this.draw();
  }

  async draw() {
    const { answer, view } = this;
    if (view === "explain") return this.drawExplanation();
    if (answer.verdict !== null) return this.picture.replaceChildren();
    if (!answer.rows.length) return this.picture.replaceChildren(el("p", {}, S.none));
    if (view === "table") return this.picture.replaceChildren(...this.table());
    const [module, whole] = await Promise.all([VIEWS[view](), this.whole()]);
    const columns = pictures(whole).get(view);
    const drawn = columns ? await module.draw(whole, columns, this.sources) : this.table();
    if (this.answer !== answer || this.view !== view) return undefined; // something else was asked meanwhile
    const note = whole.more ? el("p", { class: "note" }, S.drawn(whole.rows.length)) : null;
    return this.picture.replaceChildren(...[...drawn, note].filter(Boolean));
  }

  async drawExplanation() {
    const { answer } = this;
    const [{ explained }, how] = await Promise.all([import("./views/explain.js"), this.explain()]);
    if (!how || this.answer !== answer || this.view !== "explain") return undefined;
    return this.picture.replaceChildren(explained(how, answer.form));
  }

  /** The answer with as many rows as are drawn, asked for once. */
  async whole() {
    const { answer } = this;
    if (!answer.more && answer.start === 0) return answer;
    this.kept ??= new WeakMap();
    if (!this.kept.has(answer)) this.kept.set(answer, this.more({ count: DRAWN, start: 0, sort: "" }));
    return this.kept.get(answer);
  }

  table() {
    const { answer } = this;
    const claims = answer.claims.some(Boolean);
    const head = answer.columns.map((name) => this.columnHead(name));
    if (claims) head.push(el("th", { scope: "col" }, S.claims));
    const body = answer.rows.map((row, i) => el("tr", {}, ...row.map(cell),
      claims ? el("td", {}, behind(answer.claims[i], answer.start + i + 1)) : null));
    const table = el("table", { class: "results" },
      el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...body));
    return [
      el("div", { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": "answer" }, table),
      answer.cut ? el("p", { class: "note" }, S.cut(answer.cut)) : null,
      this.pages(),
    ].filter(Boolean);
  }

  columnHead(name) {
    const up = this.answer.sort === name;
    const down = this.answer.sort === `-${name}`;
    const sorted = up ? "ascending" : down ? "descending" : null;
    const sort = up ? `-${name}` : name;
    return el("th", { scope: "col", "aria-sort": sorted },
      el("button", { type: "button", class: "plain-button", "data-column": name,
        ...english,
        onclick: () => this.go({ start: 0, sort }, `[data-column="${CSS.escape(name)}"]`) }, name));
  }

  pages() {
    const { start, count, sort, more } = this.answer;
    if (!start && !more) return null;
    const button = (words, at) => el("button", { type: "button",
      onclick: () => this.go({ start: at, sort }, "#answer") }, words);
    return el("nav", { class: "pages", "aria-label": S.pages },
      start ? button(S.previous, Math.max(0, start - count)) : null,
      more ? button(S.next, start + count) : null);
  }

  /** Other rows of the same answer; what had the focus has it again. */
  async go(fields, focus) {
    const answer = await this.more({ count: this.answer.count, ...fields });
    if (!answer) return;
    await this.show(answer, { keepView: true });
    this.place.querySelector(focus)?.focus();
  }
}

function title(answer) {
  if (answer.verdict !== null) return answer.verdict ? S.yes : S.no;
  const { start, rows, more } = answer;
  if (more) return S.someRows(start + 1, start + rows.length);
  return start ? S.lastRows(start + 1, start + rows.length) : S.rows(rows.length);
}

function warnings({ warnings: told }) {
  if (!told.length) return null;
  return el("section", { class: "error", "aria-label": S.warnings }, el("ul", { class: "plain" },
    ...told.map((w) => el("li", {}, el("span", { class: "note" }, S.place(w.line, w.column)), el("span", english, w.message)))));
}

function cell(value) {
  if (value === null) return el("td", {}, el("span", { class: "none", title: S.unbound }, "–"));
  if (value.iri) return el("td", {}, link(value.href, { title: value.iri, ...english }, value.label));
  const number = /#(integer|decimal|double|float|int|long)$/.test(value.datatype ?? "");
  const inside = value.language ? el("span", { lang: value.language, dir: "auto" }, value.value) : value.value;
  return el("td", { class: number ? "number" : null }, inside);
}

function behind(address, row) {
  return address ? link(address, { class: "note" }, S.claims, el("span", { class: "unseen" }, S.behind(row))) : "";
}

function after(answer) {
  const places = answer.downloads.flatMap(([name, address], i) =>
    [i ? ", " : "", link(address, {}, name)]);
  const code = answer.snippets.flatMap(([name, text]) =>
    [el("h3", english, name), el("pre", { tabindex: "0" }, el("code", {}, text))]);
  return el("div", {}, el("p", { class: "note" }, S.download, ...places),
    el("details", {}, el("summary", {}, S.snippets), ...code));
}

/** Why there is no answer. */
export function refusal(problem) {
  const at = problem.line ? el("span", { class: "note" }, S.place(problem.line, problem.column ?? 1)) : null;
  return el("section", { class: "error", role: "alert" },
    el("h2", {}, S.refused), el("p", {}, at, el("span", english, problem.detail ?? problem.title)),
    problem.excerpt ? el("pre", { tabindex: "0" }, el("code", {}, problem.excerpt)) : null,
    problem.hint ? el("p", {}, S.hint(""), el("span", english, problem.hint)) : null);
}
