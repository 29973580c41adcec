// The language of the page: English stands in strings.js, and where the page is in another language
// the server has put its messages into it.
const given = document.getElementById("messages");
const translated = given ? JSON.parse(given.textContent) : {};

/** The tag of the language. */
export const language = document.documentElement.lang;

/** The attributes of an element with words that stay English; none on an English page. */
export const english = language === "en" ? {} : { lang: "en", dir: "auto" };

/** A message in the language of the page; `%(name)s` in it is the value of that name. */
export function gettext(message, values = {}) {
  return filled(translated[message] ?? message, values);
}

/** A message that depends on a number, which is put in as `num`. */
export function ngettext(one, many, num, values = {}) {
  return filled(form(one, many, num), { num: number(num), ...values });
}

/** A number in the digits and groups of the language. */
export function number(value) {
  return value.toLocaleString(language);
}

/** A day and a time of day as the language writes them. */
export function moment(when) {
  return new Date(when).toLocaleString(language === "en" ? "en-GB" : language);
}

/** What writes the days of an axis: `usual`, which is English, or the language's own way. */
export function tickWords(usual) {
  if (language === "en") return usual;
  const [year, day] = [{ year: "numeric" }, { year: "numeric", month: "short", day: "numeric" }]
    .map((parts) => new Intl.DateTimeFormat(language, { ...parts, timeZone: "UTC" }));
  return (tick) => (tick.getUTCMonth() || tick.getUTCDate() > 1 ? day : year).format(tick);
}

/** The server says which form each number below 200 takes; beyond, the last two digits decide. */
function form(one, many, num) {
  const known = translated[one];
  if (!known) return num === 1 ? one : many;
  return known.forms[known.form_of[num < 200 ? num : 100 + (num % 100)]];
}

function filled(message, values) {
  return message.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
}
