// A table of number fields. Everything shown is set as text: names of regions and brands come from files.

const drawn = new WeakMap();

function put(parent, name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}

// The number that each field holds, null where it is empty; what a field does not take is left as it was shown.
function held(fields) {
  const number = ({ input, shown }) => (input.validity.valid ? input.value : shown);
  return Object.fromEntries(
    [...fields].map(([key, field]) => [key, number(field) === "" ? null : Number(number(field))]),
  );
}

function step(event, fields) {
  if (event.key !== "Enter") return;
  const inputs = [...fields.values()].filter((field) => field.column === fields.get(event.target.name).column);
  const at = inputs.findIndex((field) => field.input === event.target);
  const next = inputs[at + (event.shiftKey ? -1 : 1)];
  // As in a spreadsheet; leaving a field is what enters it.
  const { input } = next ?? {};
  if (!input) return event.target.blur();
  input.focus();
  input.select();
}

function built(sheet, data) {
  const fields = new Map();
  sheet.replaceChildren();
  const words = put(put(sheet, "div", "above"), "p", "words");
  const reset = put(words.parentElement, "button", "reset", "Start again from your data");
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
      input.inputMode = "decimal";
      input.setAttribute("aria-label", cell.label);
      fields.set(cell.key, { input, column, said: put(inside, "span", "said"), shown: "" });
    });
  }
  return { fields, words, reset };
}

export default function (component) {
  const { parentElement: root, data, setTriggerValue } = component;
  const sheet = root.querySelector(".sheet");
  const keys = data.rows.map((row) => [row.name, row.cells.map((cell) => cell.key)]);
  const shape = JSON.stringify([data.session, data.columns, keys]);
  // A rerun of the page calls this again: the field that is being filled in stays, and keeps the focus.
  if (drawn.get(sheet)?.shape !== shape) drawn.set(sheet, { shape, ...built(sheet, data) });
  const now = drawn.get(sheet);
  const tell = (fields) => {
    now.told = String(performance.now());
    setTriggerValue("entered", { id: now.told, fields });
  };
  now.words.textContent = data.words;
  now.reset.hidden = !data.is_changed;
  now.reset.onclick = () => tell({});
  // Until the newest entry was heard, what comes back knows less than the fields do.
  const isHeard = !now.told || now.told === data.heard;
  for (const cell of data.rows.flatMap((row) => row.cells)) {
    const field = now.fields.get(cell.key);
    const { input } = field;
    const isTyped = input.getRootNode().activeElement === input && input.value !== field.entered;
    if (isHeard && !isTyped) input.value = cell.text;
    if (isHeard) field.shown = cell.text;
    field.entered = isHeard && !isTyped ? cell.text : field.entered;
    field.said.textContent = cell.said;
    input.onkeydown = (event) => step(event, now.fields);
    input.onchange = () => {
      if (!input.reportValidity()) return;
      field.entered = input.value;
      tell(held(now.fields));
    };
    // Scrolling past a field must not count it up.
    input.onwheel = () => input.blur();
  }
}
