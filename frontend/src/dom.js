// Elements whose content is always text: nothing that comes from data is read as markup.
const SVG = "http://www.w3.org/2000/svg";

export function el(tag, properties = {}, ...children) {
  return filled(document.createElement(tag), properties, children);
}

export function svg(tag, properties = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), properties, children);
}

function filled(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A link, if the address is one of the web or of this server. */
export function link(address, properties, ...children) {
  const safe = address && /^(https?:\/\/|\/(?!\/))/.test(address);
  return safe ? el("a", { href: address, ...properties }, ...children) : el("span", properties, ...children);
}
