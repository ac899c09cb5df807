// Maps of gaps. The tables are complete without them; every figure here is read from the table.
(function () {
  "use strict";
  const INK = "#0b0c0c";
  const SELECTED = "#ffdd00";
  const panel = document.querySelector("[data-panel]");
  const maps = window.L ? [...document.querySelectorAll("[data-gap-map]")].map(draw) : [];
  document.querySelectorAll("[data-scripted]").forEach((words) => { words.hidden = !maps.length; });
  if (panel) followAreas();

  // ---- maps

  function draw(box) {
    const which = box.dataset.gapMap;
    const live = box.querySelector("[data-live]");
    const legend = box.querySelector("[data-legend]");
    box.classList.add("am-gaps__figure--live");
    live.hidden = legend.hidden = false;
    const map = L.map(live, { preferCanvas: true, scrollWheelZoom: false, maxZoom: 18, zoomSnap: 0.1, zoomDelta: 0.7 });
    map.attributionControl.setPrefix(false);
    if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { attribution: escaped(box.dataset.credit || "") }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    const drawn = { map, fills: fillsOf(legend, live, Boolean(box.dataset.tiles)), layers: new Map(), lit: null };
    Promise.all([fetched(box.dataset.areas), fetched(box.dataset.places)]).then(([shapes, places]) => {
      addAreas(drawn, shapes, which);
      addPlaces(drawn, places);
      light(drawn, selected());
    }).catch(() => {
      box.classList.remove("am-gaps__figure--live");
      live.hidden = legend.hidden = true;
    });
    return drawn;
  }

  function fetched(address) {
    return fetch(address).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)));
  }

  function escaped(words) {
    const span = document.createElement("span");
    span.textContent = words;
    return span.innerHTML;
  }

  // The colours are those of the legend, so that they are written down once, in the style sheet.
  function fillsOf(legend, live, overTiles) {
    const fills = { 0: { fillColor: hatch(), fillOpacity: 1 } };
    for (const swatch of legend.querySelectorAll("[data-shade]:not([data-shade='0'])")) {
      fills[swatch.dataset.shade] = { fillColor: getComputedStyle(swatch).backgroundColor, fillOpacity: overTiles ? 0.8 : 1 };
    }
    return fills;
  }

  // Leaflet hands fillColor to the canvas as it is, so it may be a pattern.
  function hatch() {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 6;
    const pen = tile.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, 6, 6);
    pen.strokeStyle = INK;
    pen.lineWidth = 1;
    for (const x of [-6, 0, 6]) {
      pen.moveTo(x, 6);
      pen.lineTo(x + 6, 0);
    }
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  }

  function rowOf(code) {
    return document.getElementById("row-" + code);
  }

  function addAreas(drawn, shapes, which) {
    const style = (feature) => {
      const row = rowOf(feature.properties.code);
      return { color: "#505a5f", weight: 0.8, ...drawn.fills[row ? row.dataset["shade" + which] : 0] };
    };
    const known = { ...shapes, features: shapes.features.filter((feature) => rowOf(feature.properties.code)) };
    const areas = L.geoJSON(known, { style, onEachFeature: (feature, layer) => addArea(drawn, feature, layer, which) });
    areas.addTo(drawn.map);
    const gaps = { ...known, features: known.features.filter((one) => "gap" + which in rowOf(one.properties.code).dataset) };
    for (const line of [{ color: "#fff", weight: 4 }, { color: INK, weight: 2.2 }]) {
      L.geoJSON(gaps, { style: () => ({ ...line, fill: false }), interactive: false }).addTo(drawn.map);
    }
    if (areas.getBounds().isValid()) drawn.map.fitBounds(areas.getBounds(), { animate: false, padding: [8, 8] });
  }

  function addArea(drawn, feature, layer, which) {
    const row = rowOf(feature.properties.code);
    const gap = "gap" + which in row.dataset ? "<br>Gap: low access where need is high" : "";
    layer.bindTooltip(`<strong>${escaped(feature.properties.name)}</strong><br>${escaped(row.dataset["said" + which])}${gap}`, { sticky: true });
    layer.on("click", () => choose(feature.properties.code));
    drawn.layers.set(feature.properties.code, feature);
  }

  function addPlaces(drawn, places) {
    const radius = places.length > 400 ? 2.5 : 4;
    for (const [latitude, longitude, name, id] of places) {
      const link = document.createElement("a");
      link.href = panel ? panel.dataset.asset.replace("ID", encodeURIComponent(id)) : "#";
      link.className = "am-popup";
      link.textContent = name;
      const mark = L.circleMarker([latitude, longitude], { radius, color: INK, weight: 1.3, fillColor: "#fff", fillOpacity: 1, bubblingMouseEvents: false });
      (panel ? mark.bindPopup(link) : mark.bindTooltip(escaped(name))).addTo(drawn.map);
    }
  }

  function light(drawn, code) {
    if (drawn.lit) drawn.lit.remove();
    drawn.lit = null;
    const feature = drawn.layers.get(code);
    if (!feature) return;
    drawn.lit = L.layerGroup([{ color: INK, weight: 7 }, { color: SELECTED, weight: 4 }].map((line) => (
      L.geoJSON(feature, { style: () => ({ ...line, fill: false }), interactive: false })))).addTo(drawn.map);
  }

  // ---- the area that is looked at

  function selected() {
    return new URL(location.href).searchParams.get("at") || "";
  }

  function choose(code) {
    if (panel) open(code, true);
    else location.hash = "row-" + code;
  }

  function followAreas() {
    document.addEventListener("click", (event) => {
      const link = event.target.closest("[data-area], [data-close]");
      if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      open(link.dataset.area || "", true);
    });
    addEventListener("popstate", () => { if (selected() !== panel.dataset.at) open(selected(), false); });
    panel.dataset.at = selected();
  }

  function open(code, push) {
    const address = new URL(location.href);
    address.hash = "";
    if (code) address.searchParams.set("at", code);
    else address.searchParams.delete("at");
    fetch(panel.dataset.address + address.search).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status))).then((html) => {
      if (push) history.pushState(null, "", address);
      else if (code !== selected()) return;
      const before = panel.dataset.at;
      panel.dataset.at = code;
      panel.innerHTML = html;
      panel.querySelectorAll("[data-scripted]").forEach((words) => { words.hidden = false; });
      document.querySelectorAll(".am-row--at").forEach((row) => row.classList.remove("am-row--at"));
      if (rowOf(code)) rowOf(code).classList.add("am-row--at");
      maps.forEach((drawn) => light(drawn, code));
      show(code, before);
    }).catch(() => { location.href = address.href + "#area"; });
  }

  // The keyboard goes to what has opened; when it closes, back to where it was opened from.
  function show(code, before) {
    const target = code ? panel.querySelector("#area-title") : rowOf(before) && rowOf(before).querySelector("a");
    if (!target) return;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "nearest" });
  }
})();
