// Two things that the browser would not do by itself when a page grows while somebody works on it, and what it remembers.
export default function ({ data, parentElement }) {
  const state = (parentElement.homewardSteady ??= { opened: data.open, timer: null, field: null, place: 0, stop: null })
  // Streamlit reads cookies, and cannot write them.
  for (const [name, value] of Object.entries(data.remember)) {
    const secure = location.protocol === "https:" ? "; Secure" : ""
    document.cookie = `${name}=${encodeURIComponent(value)}; Path=${data.path}; Max-Age=${value ? 31536000 : 0}; SameSite=Lax${secure}`
  }

  const main = document.querySelector(".stMain") ?? document.scrollingElement

  // A task or an outcome that was opened gets the focus and is brought into view: it stands after the whole board for the
  // keyboard, and above it on a phone. When it is closed, the focus goes back to where it was opened.
  if (data.open !== state.opened) {
    const before = state.opened
    state.opened = data.open
    clearInterval(state.timer)
    let tries = 100
    state.timer = setInterval(() => {
      const found = data.open ? document.querySelector(`[data-opened="${CSS.escape(data.open)}"]`) : card(before)
      // Whoever has gone on into a field of it meanwhile stays there.
      if (found && !found.closest(".st-key-rollout_side")?.querySelector(":focus")) {
        found.focus({ preventScroll: true })
        found.scrollIntoView({ block: "nearest" })
      }
      if (found || --tries === 0) clearInterval(state.timer)
    }, 50)
  }
  const card = (key) =>
    [...document.querySelectorAll("[data-testid=stBidiComponentRegular], [data-testid=stBidiComponentIsolated]")]
      .flatMap((one) => [...(one.shadowRoot ?? one).querySelectorAll(`.phase [data-key="${CSS.escape(key)}"]`)])[0]

  // Where somebody is typing stays where it is on the screen, whatever others add above it.
  if (!state.stop) {
    const typing = () => {
      const field = document.activeElement
      return field?.matches("textarea, input[type=text]") && main.contains(field) ? field : null
    }
    // What is open scrolls by itself where it stands beside the board.
    const scroller = (field) => {
      const beside = field.closest(".st-key-rollout_side")?.parentElement
      return beside && getComputedStyle(beside).overflowY === "auto" ? beside : main
    }
    const place = (field, box) => field.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop
    const note = () => {
      state.field = typing()
      if (state.field) state.place = place(state.field, scroller(state.field))
    }
    const keep = () => {
      if (state.field && state.field === typing()) {
        const box = scroller(state.field)
        box.scrollTop += place(state.field, box) - state.place
      }
      note()
    }
    const watchers = [new MutationObserver(keep), new ResizeObserver(keep)]
    watchers[0].observe(main, { childList: true, subtree: true })
    watchers[1].observe(document.querySelector(".stMainBlockContainer") ?? document.body)
    document.addEventListener("focusin", note)
    state.stop = () => {
      for (const watcher of watchers) watcher.disconnect()
      document.removeEventListener("focusin", note)
      state.stop = null
    }
  }
  return () => {
    clearInterval(state.timer)
    state.stop?.()
  }
}
