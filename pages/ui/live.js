// Listens to /live/{token}, over a websocket or as an event stream, and tells Python when the page shows less than the server has.
// Called again whenever Python sends new data; one listener lives on the element until it is unmounted.
export default function ({ data, setTriggerValue, parentElement }) {
  const box = parentElement.querySelector(".live")
  // Streamlit keeps how far a page is scrolled when its parts change: after a step back, the reason for it would stand above
  // what is seen. A reload keeps its place all the same, since nothing is known then.
  if (window.homewardScreen && window.homewardScreen !== data.screen) {
    window.homewardMoved = true  // for notes.js, which finds the place on the form again after a reload
    document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 })
  }
  window.homewardScreen = data.screen
  const live = (parentElement.homewardLive ??= {
    source: null, path: null, server: null, heard: Date.now(), asked: 0, timer: null, asking: false, connected: false,
    process: data.process, failed: 0,
  })
  live.data = data
  live.tell = setTriggerValue

  const show = (state, text) => {
    if (box.dataset.state !== state || box.textContent !== text) { box.dataset.state = state; box.textContent = text }
  }
  // Two processes can differ for a few seconds in who is present: drawn again by one, the page would not be what the other says.
  const behind = () => live.server && (live.server.s > live.data.shown
    || (live.server.n === live.data.process && live.server.p !== live.data.presence))
  // One's own answers the form draws by itself after a click: what it does not show a moment later was given on another device.
  const behindOwn = () => live.server && live.server.o > Math.max(live.data.own, window.homewardForm ?? 0)
  const askForOwn = () => {
    if (behindOwn()) setTimeout(() => { if (behindOwn()) ask("own") }, 400)
  }
  // One question at a time: the next is asked when the answer to the last has come, or after 0.3 seconds.
  // (A click that comes at the same moment draws its own part only, and the question goes unanswered.)
  const ask = (reason) => {
    const now = Date.now()
    if (now - live.asked < 300 && live.asking) return
    live.asking = true
    live.asked = now
    live.tell("news", `${reason} ${live.server ? live.server.s : 0} ${now}`)
  }
  live.asking = false  // new data is the answer
  if (live.connected) {
    if (behind()) setTimeout(() => behind() && ask("behind"), 0)
    else askForOwn()
  }

  // After the process that drew the page has ended, the next one knows neither its session nor its fragments: a whole run is
  // asked for until one has come. (A page that another, living process has drawn stays as it is after six.)
  const wake = (tries) => {
    if (!tries || live.timer === null || live.process === live.data.process) return
    window.homewardWake?.()
    setTimeout(() => wake(tries - 1), 1500)
  }

  const hear = (text) => {
    live.server = JSON.parse(text)
    live.heard = Date.now()
    live.connected = true
    show(live.data.word === "Live" ? "ok" : "still", live.data.word)
    if (live.server.n !== live.process) {
      live.process = live.server.n
      wake(6)
    }
    if (behind()) ask("news")
    else askForOwn()
  }

  // A source is `open`, `opening` (again, where it was lost), or `gone`: the server does not know its token any more.
  const socket = () => {
    const connection = new WebSocket(new URL(live.path, location.href.replace(/^http/, "ws")))
    const source = { state: "opening", close: () => { connection.onclose = null; connection.close() } }
    connection.onmessage = (event) => { source.state = "open"; hear(event.data) }
    connection.onclose = (event) => {
      source.state = event.code === 4404 ? "gone" : "opening"
      if (!live.connected) live.failed++
      if (source.state === "opening") live.later = setTimeout(() => live.source === source && listen(), 1000)
    }
    return source
  }
  const events = () => {
    const stream = new EventSource(live.path)
    stream.onmessage = (event) => hear(event.data)
    stream.addEventListener("gone", () => stream.close())
    return { get state() { return ["opening", "open", "gone"][stream.readyState] }, close: () => stream.close() }
  }
  const listen = () => {
    if (live.source) live.source.close()
    live.path = live.data.path
    // A browser opens six connections to one host (HTTP/1.1), and each event stream holds one: a seventh tab would wait for ever.
    // Websockets are not among the six. One that never came is tried twice.
    live.source = live.failed < 2 ? socket() : events()
  }
  if (live.path !== data.path) listen()
  live.again ??= setInterval(() => { if (live.connected && live.asking && (behind() || behindOwn())) ask("again") }, 150)
  if (live.timer === null) {
    live.timer = setInterval(() => {
      const silent = (Date.now() - live.heard) / 1000
      if (live.source.state === "gone") {
        // The server does not know the token any more (it was started again): a new run brings a new one.
        window.homewardWake?.()
        show("late", "Connection lost. Trying again; what you see may be behind.")
      } else if (silent > live.data.silence || (live.source.state !== "open" && silent > 3)) {
        // No news at all: ask now and then instead, which also works where a proxy holds the stream back.
        ask("poll")
        show("late", live.connected
          ? "Connection lost. Trying again; what you see may be behind."
          : "Updating every few seconds.")
      }
    }, 3000)
  }
  return () => {
    clearInterval(live.timer)
    clearInterval(live.again)
    live.again = null
    live.timer = null
    clearTimeout(live.later)
    if (live.source) live.source.close()
    live.source = null
    live.path = null
  }
}
