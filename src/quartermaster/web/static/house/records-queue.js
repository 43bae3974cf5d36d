/* Records on their way: kept in the browser until the City has them, and sent file by file.
   The page and the worker share this. What is sent twice under one key is there once. */
(() => {
  "use strict";

  const STORE = "waiting";
  const QUEUE = "/records/queue/";

  const opened = () =>
    new Promise((resolve, reject) => {
      const asked = indexedDB.open("records", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });

  const within = async (mode, work) => {
    const base = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const change = base.transaction(STORE, mode);
        const asked = work(change.objectStore(STORE));
        change.oncomplete = () => resolve(asked.result);
        change.onerror = () => reject(change.error);
        change.onabort = () => reject(change.error);
      });
    } finally {
      base.close();
    }
  };

  const put = (entry) => within("readwrite", (store) => store.put(entry));
  const get = (key) => within("readonly", (store) => store.get(key));
  const all = () => within("readonly", (store) => store.getAll());
  const remove = (key) => within("readwrite", (store) => store.delete(key));

  /* Who is logged in, and the token to send by; null without a connection or a log-in. */
  const who = async () => {
    try {
      const answer = await fetch(QUEUE, { credentials: "same-origin", redirect: "error" });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  };

  const post = async (address, body, token) => {
    const answer = await fetch(address, {
      method: "POST",
      body,
      credentials: "same-origin",
      redirect: "error",
      headers: { "X-CSRFToken": token },
    });
    if (answer.status >= 500) {
      throw new Error("later");
    }
    let said = {};
    try {
      said = await answer.json();
    } catch {
      throw new Error("later"); // a page, and no answer of ours: the log-in is over
    }
    return { ok: answer.ok, said };
  };

  /* Send one entry as far as it goes; throws where the connection is gone. */
  const send = async (entry, token, tell) => {
    for (const item of entry.items) {
      if (!item.sent) {
        const body = new FormData();
        body.set("key", item.key);
        body.set("file", item.file, item.name);
        const { ok, said } = await post(`${QUEUE}items/`, body, token);
        if (!ok) {
          return { problem: said };
        }
        item.sent = true;
        item.file = null;
        await put(entry);
      }
      tell(entry);
    }
    const body = new FormData();
    for (const [name, value] of Object.entries(entry.fields)) {
      body.set(name, value);
    }
    body.set("key", entry.key);
    for (const item of entry.items) {
      body.append("item", item.key);
    }
    const { ok, said } = await post(QUEUE, body, token);
    if (!ok) {
      return { problem: said };
    }
    await remove(entry.key);
    return { saved: said };
  };

  /* Send everything of whoever is logged in; one tab or worker at a time. */
  const sendAll = (heard = {}) =>
    navigator.locks.request("records-queue", async () => {
      const mine = await who();
      if (!mine) {
        return false;
      }
      for (const entry of await all()) {
        if (entry.draft || entry.problem || entry.person !== mine.person) {
          continue;
        }
        const { saved, problem } = await send(entry, mine.csrf, heard.progress || (() => {}));
        if (saved && heard.saved) {
          heard.saved(entry, saved);
        }
        if (problem) {
          entry.problem = problem;
          await put(entry);
          if (heard.problem) {
            heard.problem(entry, problem);
          }
        }
      }
      return true;
    });

  self.records = { put, get, all, remove, sendAll };
})();
