/* Reading codes with the camera where the browser can; typing and hand scanners work without. */
(() => {
  "use strict";

  const form = document.querySelector("[data-scan]");
  const button = document.querySelector("[data-camera]");
  const video = document.querySelector("[data-video]");
  const KEPT = "custody-camera";
  if (!form || !button || !video || !("BarcodeDetector" in window) || !navigator.mediaDevices) {
    return;
  }
  button.hidden = false;
  const detector = new window.BarcodeDetector();
  let stream = null;

  const stop = () => {
    if (stream) {
      stream.getTracks().forEach((track) => track.stop());
      stream = null;
    }
    video.hidden = true;
    button.textContent = "Use the camera";
  };

  const look = async () => {
    if (!stream) {
      return;
    }
    const found = await detector.detect(video).catch(() => []);
    if (found.length > 0) {
      form.querySelector("#code").value = found[0].rawValue;
      stop();
      form.requestSubmit();
      return;
    }
    window.setTimeout(look, 200);
  };

  const start = async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      window.sessionStorage.removeItem(KEPT);
      button.textContent = "The camera is not available";
      button.disabled = true;
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    button.textContent = "Stop the camera";
    await video.play();
    look();
  };

  button.addEventListener("click", () => {
    if (stream) {
      window.sessionStorage.removeItem(KEPT);
      stop();
    } else {
      window.sessionStorage.setItem(KEPT, "on");
      start();
    }
  });
  // one code after the other: each is sent, and the page that answers goes on looking
  if (window.sessionStorage.getItem(KEPT) === "on") {
    start();
  }
})();
