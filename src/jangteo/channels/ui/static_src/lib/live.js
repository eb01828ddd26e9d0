// Live pages.
//
//   <div data-live="/live/stream?token=..." data-live-events="order stock" data-live-poll="/live/poll?token=...">
//   <section data-hx-get="/stall/now" data-hx-trigger="live:order from:body, live:again from:body">
//
// Each event named in data-live-events (and `message`, whose data may be {"name": "order", ...}) becomes an event
// "live:<name>" on <body> with the parsed data as its detail; elements subscribe to it with htmx. After a break the
// page may have missed events: "live:again" says so. When the stream fails twice in a row the page asks
// data-live-poll every 10 seconds with If-None-Match (304: nothing new; 200: {"events": [{"name": ...}, ...]} or
// anything else, which counts as "live:again"), and tries the stream again every minute.
const POLL_MS = 10_000;
const RETRY_STREAM_MS = 60_000;

export function live() {
  const started = new WeakSet();
  const start = () =>
    document.querySelectorAll("[data-live]").forEach((element) => {
      if (started.has(element)) return;
      started.add(element);
      follow(element);
    });
  document.addEventListener("htmx:after:swap", start);
  start();
}

function say(name, detail) {
  document.body.dispatchEvent(new CustomEvent(`live:${name}`, { detail, bubbles: true }));
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function follow(element) {
  const names = (element.dataset.liveEvents ?? "").split(/\s+/).filter(Boolean);
  let source, polling, retry, etag;
  let failures = 0;
  let wasOpen = false;

  const state = (word) => {
    element.dataset.liveState = word;
    say("state", { state: word });
  };

  const open = () => {
    if (!element.isConnected) return close();
    source?.close();
    if (!("EventSource" in window)) return poll();
    source = new EventSource(element.dataset.live);
    source.onopen = () => {
      failures = 0;
      clearTimeout(polling);
      if (wasOpen) say("again", {});
      wasOpen = true;
      state("stream");
    };
    source.onerror = () => {
      failures += 1;
      if (failures >= 2 || source.readyState === EventSource.CLOSED) {
        source.close();
        state("poll");
        clearTimeout(polling);
        poll();
        clearTimeout(retry);
        retry = setTimeout(open, RETRY_STREAM_MS);
      }
    };
    for (const name of names) source.addEventListener(name, (e) => say(name, parse(e.data)));
    source.onmessage = (e) => {
      const data = parse(e.data);
      say(data?.name ?? "message", data);
    };
  };

  const poll = async () => {
    if (!element.isConnected) return close();
    const url = element.dataset.livePoll;
    try {
      if (!url) {
        say("again", {});
      } else {
        const headers = { Accept: "application/json", ...(etag ? { "If-None-Match": etag } : {}) };
        const response = await fetch(url, { headers, cache: "no-store", credentials: "same-origin" });
        if (response.status === 200) {
          const first = etag === undefined;
          etag = response.headers.get("ETag") ?? "";
          const data = parse(await response.text());
          if (Array.isArray(data?.events)) data.events.forEach((e) => say(e.name, e));
          else if (!first) say("again", {});
        }
      }
    } catch {
      // no connection: ask again at the next turn
    }
    clearTimeout(polling);
    polling = setTimeout(poll, POLL_MS);
  };

  const close = () => {
    source?.close();
    clearTimeout(polling);
    clearTimeout(retry);
  };

  // A phone that wakes up may hold a dead stream.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && element.isConnected && source?.readyState !== EventSource.OPEN) {
      failures = 0;
      open();
    }
  });
  addEventListener("pagehide", close);
  open();
}
