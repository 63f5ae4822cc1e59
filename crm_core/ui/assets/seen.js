// Nothing to look at: tells once that the browser has come to show it.

const told = new WeakSet();

export default function ({ parentElement: root, setTriggerValue }) {
  const place = root.querySelector(".seen");
  if (told.has(place)) return;
  told.add(place);
  setTriggerValue("seen", true);
}
