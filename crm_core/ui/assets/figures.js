// A row of key figures on cards. Everything shown is set as text: names of channels and brands come from files.

const SVG = "http://www.w3.org/2000/svg";
const ARROWS = { up: "↑", down: "↓" };
const shown = new WeakMap();

function put(parent, name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}

function about(card, said, hint) {
  const button = put(put(card, "div", "label", said.label), "button", "about", "?");
  button.type = "button";
  button.setAttribute("aria-label", `About ${said.label}: ${said.meaning}`);
  const show = () => {
    hint.textContent = said.meaning;
    if (!hint.matches(":popover-open")) hint.showPopover();
    const at = button.getBoundingClientRect();
    const left = Math.min(at.left + at.width / 2 - hint.offsetWidth / 2, innerWidth - hint.offsetWidth - 8);
    const fits = at.bottom + hint.offsetHeight + 8 < innerHeight;
    hint.style.left = `${Math.max(8, left)}px`;
    hint.style.top = `${fits ? at.bottom + 6 : at.top - hint.offsetHeight - 6}px`;
  };
  const hide = () => hint.hidePopover();
  Object.assign(button, { onpointerenter: show, onpointerleave: hide, onfocus: show, onblur: hide, onclick: show });
  button.onkeydown = (event) => {
    if (event.key === "Escape") hide();
  };
}

function change(card, said) {
  if (!said.change && !said.note) return;
  const line = put(card, "div", "beside");
  if (said.change) {
    const { text, way, news } = said.change;
    const pill = put(line, "span", `change ${news}`, text);
    if (way) {
      const arrow = document.createElement("span");
      arrow.setAttribute("aria-hidden", "true");
      arrow.textContent = `${ARROWS[way]} `;
      pill.prepend(arrow);
    }
  }
  if (said.note) put(line, "span", said.change ? "note" : "change", said.note);
}

function trend(card, said) {
  if (!said.trend) return;
  const line = put(card, "div", "trend");
  line.setAttribute("role", "img");
  line.setAttribute("aria-label", said.trend.words);
  for (const title of said.trend.places) {
    const place = put(line, "i");
    if (title) place.title = title;
  }
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", said.trend.box);
  svg.setAttribute("preserveAspectRatio", "none");
  for (const points of said.trend.lines) {
    const stretch = document.createElementNS(SVG, "polyline");
    stretch.setAttribute("points", points);
    svg.append(stretch);
  }
  line.append(svg);
}

function openers(card, said, open) {
  if (!said.behind.length) return;
  const row = put(card, "div", "openers");
  for (const list of said.behind) {
    const button = put(row, "button", "opener", list.label);
    button.type = "button";
    button.setAttribute("aria-label", list.said);
    button.onclick = () => open(list.name);
  }
}

export default function (component) {
  const { parentElement: root, data, setTriggerValue } = component;
  const row = root.querySelector(".figures");
  const text = JSON.stringify(data);
  const before = shown.get(row);
  shown.set(row, { text, open: (name) => setTriggerValue("opened", name) });
  // A rerun of the page calls this again: a button that has the focus keeps it when nothing has changed.
  if (before?.text === text) return;
  const gaps = `${data.cards.length - 1}rem`;
  const fair = `(100% - ${gaps}) / ${data.cards.length}`;
  row.style.gridTemplateColumns = `repeat(auto-fit, minmax(min(100%, max(${data.at_least}px, ${fair})), 1fr))`;
  row.classList.toggle("long", data.is_long);
  row.replaceChildren();
  const hint = document.createElement("div");
  hint.className = "hint";
  hint.popover = "manual";
  for (const said of data.cards) {
    const card = put(row, "div", "card");
    card.setAttribute("role", "group");
    card.setAttribute("aria-label", said.label);
    if (said.meaning) about(card, said, hint);
    else put(card, "div", "label", said.label);
    put(card, "div", "value", said.value);
    change(card, said);
    trend(card, said);
    openers(card, said, (name) => shown.get(row).open(name));
  }
  row.append(hint);
}
