// What the page asks of the server.

/** An answer that was refused, as problem details tell it. */
export class Refused extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title ?? "");
    this.problem = problem;
  }
}

/** Post a form's fields, if one is given, with some more, and read JSON; raises `Refused`. */
export async function post(address, form, fields, signal) {
  const body = new URLSearchParams(form ? new FormData(form) : undefined);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const headers = { Accept: "application/json, application/problem+json" };
  const response = await fetch(address, { method: "POST", body, headers, signal });
  const json = await response.json();
  if (!response.ok) throw new Refused(json);
  return json;
}

export async function get(address, signal) {
  const response = await fetch(address, { headers: { Accept: "application/json" }, signal });
  if (!response.ok) throw new Refused({ title: response.statusText });
  return response.json();
}
