// YASGUI in place of the plain form: our endpoint, our prefixes, completion from our vocabulary, results that lead to
// our pages. It asks no other host: completion from LOV and prefix.cc is replaced.
import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import "./editor.css";

const settings = JSON.parse(document.getElementById("editor-settings").textContent);
const form = document.getElementById("plain");
const place = document.getElementById("editor");
const text = document.getElementById("query");
const { Yasqe } = Yasgui;

// The page of a thing that an IRI of ours names, or of the trial that a node lies in.
function pageOf(iri) {
  if (!iri.startsWith(settings.base)) return null;
  const [kind, id] = iri.slice(settings.base.length).split("/");
  return id && settings.kinds.includes(kind) ? `/${kind}/${id}` : null;
}

function tie(root) {
  for (const link of root.querySelectorAll("a[href]")) {
    const page = pageOf(link.getAttribute("href"));
    if (page) {
      link.setAttribute("href", page);
      link.removeAttribute("target");
    }
  }
}

// What a screen reader and the keyboard need, and YASGUI leaves out.
function name(root) {
  for (const area of root.querySelectorAll(".CodeMirror textarea:not([aria-label])")) {
    area.setAttribute("aria-label", "SPARQL query");
  }
  for (const sizes of root.querySelectorAll("select.tableSizer:not([aria-label])")) {
    sizes.setAttribute("aria-label", "Rows on a page");
  }
  for (const box of root.querySelectorAll(".CodeMirror-scroll[tabindex='-1']")) box.setAttribute("tabindex", "0");
  for (const button of root.querySelectorAll(".addTab:not([role])")) {
    button.setAttribute("role", "tab");
    button.setAttribute("aria-label", "New query");
    button.setAttribute("aria-selected", "false");
  }
}

function completeFrom(name, words) {
  Yasqe.forkAutocompleter(name, { name: `our-${name}`, persistenceId: null, bulk: true, get: () => words });
}

function start() {
  completeFrom("class", settings.classes);
  completeFrom("property", settings.properties);
  const prefixes = Object.entries(settings.prefixes).map(([prefix, space]) => `${prefix}: <${space}>`);
  Yasqe.forkAutocompleter("prefixes", { name: "our-prefixes", persistenceId: null, bulk: true, get: () => prefixes });
  const yasgui = new Yasgui(place, {
    autofocus: false,
    persistenceId: "trialgraph",
    populateFromUrl: false,
    copyEndpointOnNewTab: true,
    requestConfig: { endpoint: settings.endpoint, method: "POST" },
    endpointCatalogueOptions: { getData: () => [] },
    yasqe: {
      value: text.value,
      prefixCcApi: null,
      // Tab moves on, as everywhere else on the page; who wants to indent has Ctrl-] and Ctrl-[.
      extraKeys: { ...Yasqe.defaults.extraKeys, Tab: false, "Shift-Tab": false },
      screenReaderLabel: "SPARQL query",
      createShareableLink: (yasqe) => `${location.origin}/editor?${new URLSearchParams({ query: yasqe.getValue() })}`,
      autocompleters: ["our-prefixes", "our-class", "our-property", "variables"],
    },
    yasr: { prefixes: settings.prefixes },
  });
  const add = (query, name) =>
    yasgui.addTab(true, { ...(name ? { name } : {}), yasqe: { value: query } }, { avoidDuplicateTabs: true });
  if (new URLSearchParams(location.search).has("query")) add(text.value);
  for (const link of document.querySelectorAll("a.example")) {
    link.addEventListener("click", (event) => {
      const example = settings.examples.find((one) => one.title === link.textContent);
      if (!example) return;
      event.preventDefault();
      add(example.query, example.title.slice(0, 30));
    });
  }
  const mend = () => {
    tie(place);
    name(place);
  };
  mend();
  new MutationObserver(mend).observe(place, { childList: true, subtree: true });
}

place.hidden = false;
start();
form.hidden = true;
