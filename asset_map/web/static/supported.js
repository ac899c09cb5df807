// Tells the style sheets that scripts run. GOV.UK Frontend puts this into the page; our policy allows no inline script.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
