// A table of number fields. Everything shown is set as text: names of regions and brands come from files.

const AGAIN_MS = 4000;
const drawn = new WeakMap();

function put(parent, name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}

function step(event, fields) {
  if (event.key !== "Enter") return;
  const inputs = [...fields.values()].filter((field) => field.column === fields.get(event.target.name).column);
  const at = inputs.findIndex((field) => field.input === event.target);
  const next = inputs[at + (event.shiftKey ? -1 : 1)];
  // Leaving a field is what enters it.
  if (!next) return event.target.blur();
  next.input.focus();
  next.input.select();
}

function built(sheet, data) {
  const fields = new Map();
  sheet.replaceChildren();
  const above = put(sheet, "div", "above");
  const words = put(above, "p", "words");
  const reset = put(above, "button", "reset", "Start again from your data");
  reset.type = "button";
  const table = put(sheet, "table");
  const head = put(put(table, "thead"), "tr");
  put(head, "td");
  for (const name of data.columns) put(head, "th", "", name).scope = "col";
  const body = put(table, "tbody");
  for (const row of data.rows) {
    const line = put(body, "tr");
    put(line, "th", "", row.name).scope = "row";
    row.cells.forEach((cell, column) => {
      const place = put(line, "td");
      if (row.cells.length === 1) place.colSpan = data.columns.length;
      const inside = put(place, "div", "cell");
      const input = put(inside, "input");
      Object.assign(input, { type: "number", name: cell.key, min: cell.least, max: cell.most, step: cell.step });
      input.placeholder = cell.empty;
      // The keys of a phone for decimal numbers have no minus.
      if (cell.least >= 0) input.inputMode = "decimal";
      input.setAttribute("aria-label", cell.label);
      const said = put(inside, "span", "said");
      said.id = `${cell.key}.said`;
      input.setAttribute("aria-describedby", said.id);
      fields.set(cell.key, { input, column, said });
    });
  }
  return { fields, words, reset, unheard: {} };
}

export default function (component) {
  const { parentElement: root, data, setTriggerValue } = component;
  const sheet = root.querySelector(".sheet");
  const keys = data.rows.map((row) => [row.name, row.cells.map((cell) => cell.key)]);
  const shape = JSON.stringify([data.session, data.columns, keys]);
  // A rerun of the page calls this again: the field that is being filled in stays, and keeps the focus.
  const before = drawn.get(sheet);
  if (before?.shape !== shape) {
    clearTimeout(before?.again);
    drawn.set(sheet, { shape, ...built(sheet, data) });
  }
  const now = drawn.get(sheet);
  if (now.told === data.heard) now.unheard = {};
  now.send = () => {
    now.told = String(performance.now());
    setTriggerValue("entered", { id: now.told, fields: { ...now.unheard } });
    clearTimeout(now.again);
    // Without a connection nothing is sent, and nobody is told so.
    now.again = setTimeout(() => sheet.isConnected && Object.keys(now.unheard).length && now.send(), AGAIN_MS);
  };
  const enter = (entries) => {
    Object.assign(now.unheard, entries);
    now.send();
  };
  now.words.textContent = data.words;
  now.reset.hidden = !data.is_changed;
  now.reset.onclick = () => {
    now.fields.values().next().value.input.focus();
    enter(Object.fromEntries([...now.fields.keys()].map((key) => [key, data.untouched])));
  };
  for (const cell of data.rows.flatMap((row) => row.cells)) {
    const field = now.fields.get(cell.key);
    const { input } = field;
    const isTyped = input.getRootNode().activeElement === input && input.value !== field.shown;
    // Until an entry was heard, what comes back knows less than the field does.
    if (!(cell.key in now.unheard) && !isTyped) input.value = field.shown = cell.text;
    field.said.textContent = cell.said;
    input.onkeydown = (event) => step(event, now.fields);
    input.onchange = () => {
      if (!input.validity.valid) {
        field.said.textContent = input.validationMessage;
        return;
      }
      field.shown = input.value;
      enter({ [cell.key]: input.value === "" ? null : Number(input.value) });
    };
    // Scrolling past a field must not count it up.
    input.onwheel = () => input.blur();
  }
}
