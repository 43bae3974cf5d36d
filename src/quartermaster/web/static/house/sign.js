/* Drawing a signature. Without this script one types one's name. */
(() => {
  "use strict";

  const pad = document.querySelector("[data-sign-pad]");
  const store = document.querySelector('input[name="drawing"]');
  const typed = document.querySelector("[data-sign-typed]");
  const drawn = document.querySelector("[data-sign-drawn]");
  const method = document.querySelector("[data-sign-method]");
  if (!pad || !store || !typed || !drawn || !method) {
    return;
  }

  const pen = pad.getContext("2d");
  pen.lineWidth = 4;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  pen.strokeStyle = "#000";
  let drawing = false;
  let inked = false;

  const where = (event) => {
    const box = pad.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * pad.width) / box.width,
      ((event.clientY - box.top) * pad.height) / box.height,
    ];
  };

  pad.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    drawing = true;
    pen.beginPath();
    pen.moveTo(...where(event));
  });
  pad.addEventListener("pointermove", (event) => {
    if (drawing) {
      pen.lineTo(...where(event));
      pen.stroke();
      inked = true;
    }
  });
  const lift = () => {
    drawing = false;
    store.value = inked ? pad.toDataURL("image/png") : "";
  };
  pad.addEventListener("pointerup", lift);
  pad.addEventListener("pointercancel", lift);

  document.querySelector("[data-sign-clear]").addEventListener("click", () => {
    pen.clearRect(0, 0, pad.width, pad.height);
    inked = false;
    store.value = "";
  });

  const show = () => {
    const chosen = method.querySelector("input:checked");
    const draws = chosen !== null && chosen.value === "drawn";
    drawn.hidden = !draws;
    typed.hidden = draws;
  };
  method.hidden = false;
  method.addEventListener("change", show);
  show();
})();
