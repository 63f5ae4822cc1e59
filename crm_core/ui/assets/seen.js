// Nothing to look at: tells once that the browser has come to show it, or goes on where somebody goes back past it.

const told = new WeakSet();

export default function ({ parentElement: root, data, setTriggerValue }) {
  const place = root.querySelector(".seen");
  if (told.has(place)) return;
  told.add(place);
  if (data.is_back) history.back();
  else setTriggerValue("seen", true);
}
