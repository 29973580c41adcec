// The tokens of a query, as far as an editor needs them; what is no token is one sign of "other".
const KINDS = [
  ["space", /\s+/y],
  ["comment", /#[^\n]*/y],
  ["iri", /<[^\s<>"{}|^`\\]*>/y],
  ["string", /"""(?:[^\\]|\\[^])*?"""|'''(?:[^\\]|\\[^])*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y],
  ["variable", /[?$][\p{L}\p{N}_]+/uy],
  ["name", /(?:[\p{L}][\p{L}\p{N}_.-]*)?:(?:(?:[\p{L}\p{N}_:%-]|\\.|\.(?=[\p{L}\p{N}_:%-]))*)/uy],
  ["blank", /_:[\p{L}\p{N}_-]+/uy],
  ["language", /@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*/y],
  ["number", /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y],
  ["word", /[\p{L}_][\p{L}\p{N}_-]*/uy],
  ["sign", /\^\^|&&|\|\||[<>!]=|<<\(?|\)?>>|\{\||\|\}|[{}()[\].;,=<>!*/|^+?~-]/y],
  ["other", /[^]/y],
];

export function tokens(text) {
  const found = [];
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at);
    if (token.kind !== "space") found.push(token);
    at = token.end;
  }
  return found;
}

function tokenAt(text, at) {
  for (const [kind, pattern] of KINDS) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return numberBeforeEnd({ kind, text: match[0], start: at, end: at + match[0].length });
  }
  throw new Error("no kind fits");
}

/** A dot after a number ends a triple: `1.` is `1` and `.`. */
function numberBeforeEnd(token) {
  if (token.kind !== "number" || !token.text.endsWith(".")) return token;
  return { ...token, text: token.text.slice(0, -1), end: token.end - 1 };
}

export function tokenUnder(text, offset) {
  return tokens(text).find((token) => token.start <= offset && offset <= token.end);
}
