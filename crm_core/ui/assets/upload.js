// Sends one file to the server as it lies on the user's disk, and tells Python when it has arrived.

const running = new WeakMap();
const MB = 1e6;

const number = (value) => value.toLocaleString(undefined, { maximumFractionDigits: value < 10 ? 1 : 0 });
const size = (bytes) => (bytes < MB ? `${number(Math.max(bytes / 1e3, 0.1))} KB` : `${number(bytes / MB)} MB`);

function duration(seconds) {
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} seconds`;
  return `about ${Math.round(seconds / 60)} minutes`;
}

function answer(request) {
  try {
    const said = JSON.parse(request.responseText);
    return typeof said === "string" ? said : said.text;
  } catch {
    return "The server did not take the file. Try again in a moment.";
  }
}

export default function (component) {
  const { parentElement: root, data, setTriggerValue } = component;
  const at = (name) => root.querySelector(`.${name}`);
  const input = root.querySelector("input");
  const zone = at("zone");
  const work = at("work");
  const bar = root.querySelector("progress");
  const words = at("words");
  const told = at("told");
  const fault = at("fault");
  at("label").textContent = data.label;
  at("hint").textContent = data.hint;

  const rest = (text) => {
    running.delete(root);
    work.hidden = true;
    zone.hidden = false;
    input.value = "";
    fault.textContent = text;
  };

  const advance = (event, began) => {
    const seconds = (performance.now() - began) / 1000;
    const speed = event.loaded / Math.max(seconds, 0.1);
    const left = (event.total - event.loaded) / Math.max(speed, 1);
    bar.value = event.loaded / event.total;
    words.textContent =
      event.loaded < event.total
        ? `${size(event.loaded)} of ${size(event.total)}, ${size(speed)} a second, ${duration(left)} left. Stay on this page until then.`
        : "Arrived. The server is looking at it.";
    const quarter = Math.floor(bar.value * 4) * 25;
    if (told.dataset.quarter !== String(quarter)) {
      told.dataset.quarter = String(quarter);
      told.textContent = `${quarter} % uploaded`;
    }
  };

  const send = (file) => {
    fault.textContent = "";
    if (file.size === 0) return rest("The file is empty. Export it again and check that it has rows.");
    if (file.size > data.limit_mb * MB) {
      return rest(
        `The file has ${size(file.size)}; at most ${size(data.limit_mb * MB)} can be uploaded. Split it by years, ` +
          "or compress it as zip or gz.",
      );
    }
    const request = new XMLHttpRequest();
    const began = performance.now();
    running.set(root, request);
    request.open("PUT", data.path);
    request.setRequestHeader("X-Upload-Ticket", data.ticket);
    request.upload.onprogress = (event) => advance(event, began);
    request.onload = () => {
      if (request.status !== 200) return rest(answer(request));
      running.delete(root);
      told.textContent = "The file has arrived.";
      setTriggerValue("done", { name: file.name });
    };
    request.onerror = () => rest("The connection broke, and nothing was kept of the file. Choose it again.");
    request.onabort = () => rest("");
    at("name").textContent = file.name;
    bar.value = 0;
    delete told.dataset.quarter;
    words.textContent = `${size(file.size)}, starting`;
    zone.hidden = true;
    work.hidden = false;
    at("cancel").focus();
    request.send(file);
  };

  const take = () => {
    const [file] = input.files;
    // Emptied at once: the same file can be chosen again, and no rerun of the page takes it twice.
    input.value = "";
    if (file) send(file);
  };

  input.onchange = take;
  at("cancel").onclick = () => {
    running.get(root)?.abort();
    told.textContent = "The upload was cancelled. Nothing was kept.";
    input.focus();
  };
  zone.ondragover = (event) => {
    event.preventDefault();
    zone.classList.add("over");
  };
  zone.ondragleave = () => zone.classList.remove("over");
  zone.ondrop = (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    const files = event.dataTransfer.files;
    if (files.length > 1) fault.textContent = "One file at a time. Several of one kind can be imported one after another.";
    else if (files.length) send(files[0]);
  };
  // Chosen before this script was there.
  if (input.files.length) take();
  // A rerun of the page calls this again on the same elements; only one who left the page stops the upload.
  return () => setTimeout(() => root.isConnected || running.get(root)?.abort(), 0);
}
