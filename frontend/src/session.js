// Tabs and history, kept in this browser and nowhere else.
const KEY = "kg-query";
const KEPT = 100;

/** What is kept: `{tabs: [{number, text}], active, history: [{text, when, rows}]}`. */
export class Session {
  constructor(storage, first) {
    this.storage = storage;
    const kept = readFrom(storage);
    this.tabs = kept?.tabs?.length ? kept.tabs : [{ number: 1, text: "" }];
    this.active = Math.min(kept?.active ?? 0, this.tabs.length - 1);
    this.history = kept?.history ?? [];
    if (first.trim()) this.show(first);
  }

  get text() {
    return this.tabs[this.active].text;
  }

  /** The text in the tab that has it, or in one of its own: what stands elsewhere is never lost. */
  show(text) {
    const same = this.tabs.findIndex((tab) => tab.text.trim() === text.trim());
    if (same >= 0) this.active = same;
    else if (!this.text.trim()) this.write(text);
    else this.add(text);
    this.keep();
  }

  add(text = "") {
    const number = Math.max(0, ...this.tabs.map((tab) => tab.number)) + 1;
    this.tabs.push({ number, text });
    this.active = this.tabs.length - 1;
    this.keep();
  }

  close(index) {
    this.tabs.splice(index, 1);
    if (!this.tabs.length) this.tabs.push({ number: 1, text: "" });
    if (this.active > index || this.active >= this.tabs.length) this.active = Math.max(0, this.active - 1);
    this.keep();
  }

  choose(index) {
    this.active = index;
    this.keep();
  }

  write(text) {
    this.tabs[this.active].text = text;
    this.keep();
  }

  ran(text, rows) {
    const others = this.history.filter((entry) => entry.text !== text);
    this.history = [{ text, rows, when: new Date().toISOString() }, ...others].slice(0, KEPT);
    this.keep();
  }

  forget() {
    this.history = [];
    this.keep();
  }

  keep() {
    const { tabs, active, history } = this;
    try {
      this.storage.setItem(KEY, JSON.stringify({ tabs, active, history }));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // full or forbidden: it lasts for this visit
    }
  }
}

function readFrom(storage) {
  try {
    const kept = JSON.parse(storage.getItem(KEY));
    return Array.isArray(kept?.tabs) && Array.isArray(kept?.history) ? kept : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return null;
    throw error;
  }
}
