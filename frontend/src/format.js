// One layout for queries: a line for each triple, two spaces for each brace, keywords in capitals.
import { tokens } from "./tokens.js";

const CLAUSES = new Set(
  ("PREFIX BASE SELECT CONSTRUCT ASK DESCRIBE FROM WHERE OPTIONAL FILTER BIND VALUES GRAPH MINUS " +
    "SERVICE GROUP ORDER HAVING LIMIT OFFSET").split(" "),
);
const WORDS = new Set(
  ("BY AS DISTINCT REDUCED NAMED UNION NOT EXISTS IN ASC DESC SILENT UNDEF COUNT SUM MIN MAX AVG " +
    "SAMPLE GROUP_CONCAT SEPARATOR STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE COALESCE IF " +
    "STRLEN SUBSTR UCASE LCASE STRSTARTS STRENDS CONTAINS STRBEFORE STRAFTER CONCAT REPLACE REGEX " +
    "ABS ROUND CEIL FLOOR NOW YEAR MONTH DAY SAMETERM ISIRI ISBLANK ISLITERAL ISNUMERIC").split(" "),
);
const TIGHT_AFTER = new Set(["(", "[", "^", "/", "!", "^^", "|", "<<", "<<("]);
const TIGHT_BEFORE = new Set([")", "]", ",", "/", "^^", "|", ">>", ")>>"]);

export function format(text) {
  const layout = new Layout();
  const found = tokens(text);
  found.forEach((token, i) => layout.add(token, found[i - 1], found[i + 1], text));
  return layout.text();
}

class Layout {
  constructor() {
    this.lines = [];
    this.line = "";
    this.open = [];
    this.continued = 0;
    this.parentheses = 0;
  }

  add(token, before, after, source) {
    const word = token.kind === "word" ? token.text.toUpperCase() : "";
    if (token.kind === "comment") return this.comment(token, before, source);
    if (token.text === "{" && token.kind === "sign") return this.openBrace();
    if (token.text === "}" && token.kind === "sign") return this.closeBrace(after);
    if (CLAUSES.has(word) && this.startsLine(word, before)) this.end();
    this.put(CLAUSES.has(word) || WORDS.has(word) ? word : token.text, before, token);
    this.count(token);
    if (this.parentheses || this.depth === 0) return;
    if (token.text === "." || token.text === ";") {
      if (after?.kind === "comment" && sameLine(source, token, after)) return;
      this.end();
      this.continued = token.text === ";" ? 1 : 0;
    }
  }

  get depth() {
    return this.open.length;
  }

  /** Within a group of patterns every clause has its line; WHERE stays with its SELECT. */
  startsLine(word, before) {
    if (this.parentheses || word === "WHERE") return false;
    const last = before?.text.toUpperCase();
    return last !== "UNION" && last !== "NOT" && !(word === "GRAPH" && this.line.trim() === "");
  }

  count(token) {
    if (token.kind !== "sign") return;
    if ("([".includes(token.text)) this.parentheses += 1;
    if (")]".includes(token.text)) this.parentheses = Math.max(0, this.parentheses - 1);
  }

  comment(token, before, source) {
    if (before && sameLine(source, before, token)) this.line += this.line ? " " : "";
    else this.end();
    this.line ||= this.indent();
    this.line += token.text.trimEnd();
    this.end();
  }

  openBrace() {
    this.line = this.line.trim() ? `${this.line} {` : `${this.indent()}{`;
    this.open.push(this.parentheses);
    this.parentheses = 0;
    this.flush();
  }

  closeBrace(after) {
    this.end();
    this.parentheses = this.open.pop() ?? 0;
    this.continued = 0;
    this.line = `${this.indent()}}`;
    const next = after?.text.toUpperCase();
    const stays = next === "UNION" || next === ")" || next === "." || next === "WHERE";
    if (!stays) this.flush();
  }

  put(text, before, token) {
    if (!this.line.trim()) {
      this.line = this.indent() + text;
      return;
    }
    const call = text === "(" && before?.kind === "word" && !["AS", "IN", "BY"].includes(before.text.toUpperCase()) && !CLAUSES.has(before.text.toUpperCase());
    const joined = TIGHT_AFTER.has(before?.text) || TIGHT_BEFORE.has(text) || call || joins(before, token);
    this.line += joined ? text : ` ${text}`;
  }

  indent() {
    return "  ".repeat(this.depth + this.continued);
  }

  end() {
    if (this.line.trim()) this.flush();
    this.continued = 0;
  }

  flush() {
    this.lines.push(this.line.trimEnd());
    this.line = "";
    this.continued = 0;
  }

  text() {
    this.end();
    return `${this.lines.join("\n")}\n`;
  }
}

/** What was written without a space between, such as `"word"@en`, `ckg:a*` and `STR(?x)`. */
function joins(before, token) {
  const touching = before?.end === token.start;
  return touching && (token.kind === "language" || /^[*+?(]$/.test(token.text) || before.text === "-" || before.text === "+");
}

function sameLine(source, before, token) {
  return !source.slice(before.end, token.start).includes("\n");
}
