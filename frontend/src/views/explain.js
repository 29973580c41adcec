// Which side answered a query and why, in which steps, and what would be faster.
import { el } from "../dom.js";
import { number as inGroups } from "../messages.js";
import { S } from "../strings.js";

export function explained(how, form) {
  const by = how.reason ? S.engine(how.reason) : S.copy;
  return el("div", { class: "explained" },
    el("p", {}, `${by} ${S.size(how, form)}. ${S.explainTook(how.seconds)}`),
    how.steps.length ? steps(how.steps) : null,
    how.advice ? el("p", {}, S.faster(how.advice)) : null);
}

function steps(all) {
  const slowest = all.reduce((most, step) => (step.seconds > most.seconds ? step : most));
  const head = S.steps.map((name, i) => el("th", { scope: "col", class: i < 3 ? "number" : null }, name));
  const body = all.map((step) => el("tr", {},
    number(S.ms(step.seconds)),
    number(inGroups(step.rows)),
    number(step.estimated === null ? "" : inGroups(Math.round(step.estimated))),
    el("td", {}, el("code", {}, step.operator), step === slowest ? el("span", { class: "mark" }, S.slowest) : null)));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": S.stepsName },
    el("table", { class: "steps" }, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...body)));
}

function number(text) {
  return el("td", { class: "number" }, text);
}
