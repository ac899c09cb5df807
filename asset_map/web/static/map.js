// A map beside the list. The list is complete without it, and everything here is read from the list.
(function () {
  "use strict";
  const box = document.querySelector("[data-map]");
  if (!box || !window.L) return;
  const given = box.dataset;
  const cards = [...document.querySelectorAll(".am-card[data-latitude]")];
  if (!given.latitude && !cards.length) return;
  box.hidden = false;

  const map = L.map(box.querySelector(".am-map__canvas"), { preferCanvas: true, scrollWheelZoom: false, maxZoom: 18, zoomSnap: 0.5 });
  map.attributionControl.setPrefix(false);
  if (given.tiles) L.tileLayer(given.tiles, { attribution: escaped(given.credit || "") }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);

  const bounds = L.latLngBounds([]);
  if (given.latitude) addHere();
  cards.forEach(addCard);
  if (bounds.isValid()) map.fitBounds(bounds.pad(0.12), { maxZoom: 16, animate: false });
  if (given.areas) addAreas();

  function escaped(words) {
    const span = document.createElement("span");
    span.textContent = words;
    return span.innerHTML;
  }

  function pin(words, kind) {
    return L.divIcon({ className: "am-pin " + kind, html: escaped(words), iconSize: [30, 30] });
  }

  function addHere() {
    const here = [Number(given.latitude), Number(given.longitude)];
    L.circle(here, { radius: Number(given.reach), color: "#0b4f4a", weight: 1.5, dashArray: "5 5", fill: false, interactive: false }).addTo(map);
    L.marker(here, { icon: pin("", "am-pin--here"), keyboard: false, alt: given.here, title: given.here, zIndexOffset: -100 }).addTo(map);
    bounds.extend(here);
  }

  function addCard(card) {
    const place = [Number(card.dataset.latitude), Number(card.dataset.longitude)];
    const number = card.querySelector(".am-card__number").textContent;
    const marker = L.marker(place, { icon: pin(number, ""), keyboard: false, title: card.dataset.name });
    const link = document.createElement("a");
    link.href = "#" + card.id;
    link.className = "am-popup";
    link.textContent = card.dataset.name;
    marker.bindPopup(link).on("popupopen popupclose", (event) => {
      card.classList.toggle("am-card--lit", event.type === "popupopen");
    });
    marker.addTo(map);
    bounds.extend(place);
  }

  function addAreas() {
    fetch(given.areas).then((answer) => (answer.ok ? answer.json() : null)).then((shapes) => {
      if (!shapes) return;
      const style = { color: "#7f9a93", weight: 1, fillColor: "#ffffff", fillOpacity: given.tiles ? 0 : 0.75 };
      L.geoJSON(shapes, { style: () => style, interactive: false }).addTo(map).bringToBack();
    }).catch(() => undefined);
  }
})();
