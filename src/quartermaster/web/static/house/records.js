/* Saving records from a phone: what is chosen is kept in the browser first, then sent file by file;
   what a dropped connection stops goes on by itself. Without this script the form just sends. */
(() => {
  "use strict";

  const place = document.getElementById("records-queue");
  const form = document.querySelector("form.house-form");
  const said = document.getElementById("records-said");
  const list = document.getElementById("records-waiting");
  if (!place || !form || !self.records || !self.indexedDB || !navigator.locks) {
    return;
  }
  const person = place.dataset.person;
  const FILES = new Set(["chosen", "camera"]);
  const AGAIN = 10_000;
  let draft = null;
  let current = "";

  const tell = (words) => {
    said.textContent = words;
  };

  const unfold = (field) => {
    const rest = field.closest("details");
    if (rest) {
      rest.open = true;
    }
  };

  const counted = (number) => (number === 1 ? "1 file" : `${number} files`);

  const show = async () => {
    const waiting = (await self.records.all()).filter((entry) => entry.person === person && !entry.draft);
    list.replaceChildren(
      ...waiting.map((entry) => {
        const line = document.createElement("li");
        const sent = entry.items.filter((item) => item.sent).length;
        line.textContent = entry.problem
          ? `${entry.fields.about}: ${entry.problem.message}`
          : `${entry.fields.about}: ${sent} of ${counted(entry.items.length)} sent`;
        if (entry.problem) {
          const drop = document.createElement("button");
          drop.type = "button";
          drop.className = "usa-button usa-button--unstyled";
          drop.textContent = "Remove";
          drop.addEventListener("click", async () => {
            await self.records.remove(entry.key);
            await show();
          });
          line.append(" ", drop);
        }
        return line;
      }),
    );
    list.hidden = waiting.length === 0;
    return waiting.filter((entry) => !entry.problem).length;
  };

  const complain = (problem) => {
    const lines = Object.values(problem.fields || {}).flat();
    tell(lines.length ? lines.join(" ") : problem.message);
    said.className = "usa-error-message";
    const [name] = Object.keys(problem.fields || {});
    const field = name && form.elements.namedItem(name);
    (field instanceof HTMLElement ? field : said).scrollIntoView({ block: "center" });
    if (field instanceof HTMLElement) {
      unfold(field);
      field.focus();
    }
  };

  const heard = {
    progress: (entry) => {
      const sent = entry.items.filter((item) => item.sent).length;
      tell(`${sent} of ${counted(entry.items.length)} sent.`);
    },
    saved: (entry, answer) => {
      if (entry.key === current) {
        location.assign(answer.address);
        return;
      }
      const link = document.createElement("a");
      link.className = "usa-link";
      link.href = answer.address;
      link.textContent = answer.number;
      said.className = "";
      said.replaceChildren("Saved: ", link);
    },
    problem: async (entry, problem) => {
      if (entry.key !== current) {
        return;
      }
      // what was chosen stays chosen: put right, it is sent under the same keys
      await self.records.remove(entry.key);
      draft = { ...entry, problem: undefined, draft: true };
      complain(problem);
    },
  };

  const goOn = async () => {
    try {
      await self.records.sendAll(heard);
    } catch {
      // the connection is gone: what waits is kept
    }
    const left = await show();
    if (left) {
      said.className = "";
      tell("No connection, or you are logged out. It is kept on this phone and is sent by itself.");
      const worker = await navigator.serviceWorker?.getRegistration("/records/");
      await worker?.sync?.register("records").catch(() => {});
    }
  };

  const collected = () => {
    const fields = {};
    const items = draft ? [...draft.items] : [];
    for (const [name, value] of new FormData(form)) {
      if (FILES.has(name)) {
        if (value instanceof File && value.size && !items.some((item) => item.from === value.name + value.size)) {
          const key = crypto.randomUUID();
          items.push({ key, name: value.name, file: value, from: value.name + value.size, sent: false });
        }
      } else if (name !== "csrfmiddlewaretoken") {
        fields[name] = value;
      }
    }
    return { key: fields.key, person, fields, items, draft: false };
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const entry = collected();
    current = entry.key;
    await self.records.put(entry);
    if (draft && draft.key !== entry.key) {
      await self.records.remove(draft.key);
    }
    said.className = "";
    tell("Sending…");
    await goOn();
    if (await self.records.get(entry.key)) {
      // it waits: the form is for the next one
      current = "";
      draft = null;
      form.reset();
      form.elements.namedItem("key").value = crypto.randomUUID();
      said.scrollIntoView({ block: "center" });
    }
  });

  const takeDraft = async () => {
    const key = new URLSearchParams(location.search).get("draft");
    draft = key ? await self.records.get(key) : null;
    if (!draft) {
      return;
    }
    const words = form.elements.namedItem("message");
    if (words && draft.fields.message) {
      words.value = draft.fields.message;
      unfold(words);
    }
    tell(`${counted(draft.items.length)} from another app. Say what it is, and save.`);
  };

  const begin = async () => {
    await takeDraft();
    if (navigator.serviceWorker && place.dataset.worker) {
      await navigator.serviceWorker.register(place.dataset.worker, { scope: "/records/" }).catch(() => {});
    }
    if (await show()) {
      await goOn();
    }
    window.addEventListener("online", goOn);
    setInterval(async () => {
      const waiting = (await self.records.all()).some(
        (entry) => entry.person === person && !entry.draft && !entry.problem,
      );
      if (waiting) {
        await goOn();
      }
    }, AGAIN);
  };
  begin();
})();
