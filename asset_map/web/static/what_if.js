// The map of the what-if page. A click tries a place: the address changes, the server answers, and the parts of the page
// that say something new are put in place. Without this the page works by its forms and links.
(function () {
  "use strict";
  const box = document.querySelector("[data-what-if-map]");
  if (!box || !window.L) return;
  const COLOURS = ["#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494"];
  const STEP = 0.0005; // degrees that an arrow key moves a place, some 50 metres
  const said = document.querySelector("[data-what-if-said]");
  const canvas = box.querySelector(".am-wi__canvas");
  box.hidden = false;

  const map = L.map(canvas, { preferCanvas: true, scrollWheelZoom: false, doubleClickZoom: false, maxZoom: 18, zoomSnap: 0.5 });
  map.attributionControl.setPrefix(false);
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { attribution: escaped(box.dataset.credit || "") }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const assets = L.layerGroup().addTo(map);
  const pins = L.layerGroup().addTo(map);
  let areas = null;
  let asked = 0;

  fetch(box.dataset.areas).then((answer) => (answer.ok ? answer.json() : null)).then((shapes) => {
    if (!shapes) return;
    const chosen = values();
    shapes.features = shapes.features.filter((feature) => feature.properties.code in chosen);
    areas = L.geoJSON(shapes, { style, onEachFeature: (feature, layer) => layer.bindTooltip(() => tip(feature), { sticky: true }) });
    areas.addTo(map).bringToBack();
    map.fitBounds(areas.getBounds(), { animate: false });
    draw();
  }).catch(() => undefined);

  map.on("click", (event) => add(event.latlng));
  canvas.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === canvas) add(map.getCenter());
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-live]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    show(link.href, true, link.hash || "#try-title");
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-live]");
    if (!form) return;
    event.preventDefault();
    const given = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    const [page, part] = form.action.split("#");
    show(page + "?" + given, true, "#" + part);
  });
  window.addEventListener("popstate", () => show(window.location.href, false, ""));

  function data(name) {
    return JSON.parse(document.querySelector("[data-part=map-data]").dataset[name]);
  }

  function values() {
    return data("values");
  }

  function escaped(words) {
    const span = document.createElement("span");
    span.textContent = words;
    return span.innerHTML;
  }

  function percent(share) {
    return share === null ? "not known" : Math.round(share * 100) + "%";
  }

  function tip(feature) {
    const [before, after] = values()[feature.properties.code];
    const words = before === after ? percent(before) : percent(before) + ", would be " + percent(after);
    return escaped(feature.properties.name + ": " + words);
  }

  function style(feature) {
    const after = values()[feature.properties.code][1];
    const place = after === null ? -1 : Math.min(4, Math.floor(after * 5 + 1e-9));
    return { color: "#505a5f", weight: 1, fillColor: place < 0 ? "#b1b4b6" : COLOURS[place], fillOpacity: box.dataset.tiles ? 0.55 : 0.85, dashArray: place < 0 ? "3 3" : null };
  }

  function draw() {
    if (areas) areas.setStyle(style);
    assets.clearLayers();
    for (const place of data("assets")) {
      L.circleMarker(place, { radius: 3.5, color: "#0b0c0c", weight: 1.2, fillColor: "#fff", fillOpacity: 1, interactive: false }).addTo(assets);
    }
    pins.clearLayers();
    data("places").forEach((place, position) => addPin(place, position));
    document.querySelectorAll("[data-suggested]").forEach((item, position) => {
      const place = item.dataset.suggested.split(",").map(Number);
      const icon = L.divIcon({ className: "am-pin am-pin--suggested", html: String.fromCharCode(65 + position), iconSize: [26, 26] });
      L.marker(place, { icon, keyboard: false, interactive: false }).addTo(pins);
    });
  }

  function addPin(place, position) {
    const words = "Place " + (position + 1);
    const icon = L.divIcon({ className: "am-pin am-pin--try", html: String(position + 1), iconSize: [30, 30] });
    const pin = L.marker(place, { icon, draggable: true, alt: words, title: words + ": drag or arrow keys move it, Delete takes it away" }).addTo(pins);
    pin.on("click", (event) => L.DomEvent.stopPropagation(event));
    pin.on("dragend", () => move(position, pin.getLatLng()));
    const element = pin.getElement();
    element.setAttribute("aria-label", words + ". Arrow keys move it, Delete takes it away.");
    element.dataset.pin = position;
    element.addEventListener("keydown", (event) => onPinKey(event, position, pin));
  }

  let waiting = 0;
  function onPinKey(event, position, pin) {
    const by = { ArrowUp: [STEP, 0], ArrowDown: [-STEP, 0], ArrowLeft: [0, -STEP * 1.6], ArrowRight: [0, STEP * 1.6] }[event.key];
    if (by) {
      const at = pin.getLatLng();
      pin.setLatLng([at.lat + by[0], at.lng + by[1]]);
      clearTimeout(waiting);
      waiting = setTimeout(() => move(position, pin.getLatLng()), 400);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      show(addressWith(data("places").filter((_, at) => at !== position)), true, "#try-title");
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  function written(place) {
    return place.lat.toFixed(5) + "," + place.lng.toFixed(5);
  }

  function addressWith(places) {
    const address = new URL(window.location.href);
    for (const name of ["place_at", "postcode", "best", "tenth"]) address.searchParams.delete(name);
    for (const place of places) address.searchParams.append("place_at", typeof place === "string" ? place : place.join(","));
    address.hash = "";
    return address.href;
  }

  function add(place) {
    show(addressWith([...data("places"), written(place)]), true, "");
  }

  function move(position, place) {
    const places = data("places");
    places[position] = written(place);
    show(addressWith(places), true, `[data-pin="${position}"]`);
  }

  // Puts the parts of another address of this page in place. `focus` is what the keyboard goes to afterwards.
  function show(href, keep, focus) {
    const mine = ++asked;
    document.body.classList.add("am-wi--busy");
    fetch(href).then((answer) => Promise.all([answer.text(), answer.url])).then(([text, url]) => {
      if (mine !== asked) return; // a later click has been made since
      const fresh = new DOMParser().parseFromString(text, "text/html");
      if (!fresh.querySelector("[data-part=map-data]")) return window.location.assign(href);
      for (const part of document.querySelectorAll("[data-part]")) {
        const other = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
        if (other) part.replaceWith(document.adoptNode(other));
      }
      document.title = fresh.title;
      if (keep) window.history.pushState(null, "", url.split("#")[0]);
      draw();
      goTo(focus);
    }).catch(() => window.location.assign(href)).finally(() => {
      if (mine === asked) document.body.classList.remove("am-wi--busy");
    });
  }

  function goTo(focus) {
    const wrong = document.querySelector(".govuk-error-summary");
    const goal = wrong || (focus && document.querySelector(focus));
    if (wrong) wrong.tabIndex = -1;
    if (goal) goal.focus({ preventScroll: goal.matches("#try-title, .am-pin") });
    said.textContent = document.querySelector("[data-part=figures]").innerText.replace(/\s+/g, " ");
  }
})();
