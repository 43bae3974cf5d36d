/* The worker of the page for saving records: takes what other apps share, also without a
   connection, and sends what waits when the connection is back. */
(() => {
  "use strict";

  const SAVE = "/records/save/";

  self.addEventListener("install", () => self.skipWaiting());
  self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

  const shared = async (request) => {
    const given = await request.formData();
    const key = crypto.randomUUID();
    const words = ["title", "text", "url"].map((name) => given.get(name)).filter(Boolean);
    await self.records.put({
      key,
      draft: true,
      person: "",
      fields: { message: words.join("\n") },
      items: given
        .getAll("files")
        .filter((file) => file instanceof File && file.size)
        .map((file) => ({ key: crypto.randomUUID(), name: file.name, file, sent: false })),
    });
    return Response.redirect(`${SAVE}?draft=${key}`, 303);
  };

  const offline = () =>
    new Response(
      "No connection.\n\nWhat you shared or saved is kept on this phone. Open this page again when" +
        " you are connected: it is sent then.\n",
      { status: 503, headers: { "Content-Type": "text/plain; charset=utf-8" } },
    );

  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const { pathname } = new URL(request.url);
    if (request.method === "POST" && pathname === "/records/share/") {
      event.respondWith(shared(request));
    } else if (request.mode === "navigate" && request.method === "GET" && pathname === SAVE) {
      event.respondWith(fetch(request).catch(offline));
    }
  });

  self.addEventListener("sync", (event) => {
    if (event.tag === "records") {
      event.waitUntil(self.records.sendAll());
    }
  });
})();
