// What the page needs of the browser beyond Streamlit; mounted once, outside every fragment.
export default function ({ setTriggerValue, parentElement }) {
  document.documentElement.lang = "en-GB"
  // Streamlit gives the theme's colours to components only; style.css needs them for the whole page.
  const colours = () => {
    const theme = getComputedStyle(parentElement.host ?? parentElement)
    for (const name of ["--st-background-color", "--st-primary-color"]) {
      document.documentElement.style.setProperty(name, theme.getPropertyValue(name))
    }
  }
  colours()
  clearInterval(window.homewardColours)
  window.homewardColours = setInterval(colours, 2000)
  // A listener that finds the server started again asks for a whole new run here: the server has forgotten the fragments.
  window.homewardWake = () => setTriggerValue("wake", Date.now())
  if (window.homewardReady) return
  window.homewardReady = true

  // Should a part of the page arrive for a place that has just gone, Streamlit gives up the whole page. Everything is on
  // the server or in the drafts, so the page opens again by itself.
  window.addEventListener("error", (event) => {
    if (/delta path/.test(event.message ?? "")) window.location.reload()
  })

  // A second click at the same place within 1.2 seconds, on a button that has come to stand there or says something else by now, is
  // a slip of a quick hand: it would agree the next question, remove the next person, or take "I have finished" back. So is each
  // further one, until nobody clicks there for as long. A second click on the same button goes through; the server does nothing
  // twice. Any key but Enter or space in between, or a click elsewhere, shows that it was meant.
  const BUTTONS = ".stButton button, .stDownloadButton button, .stFormSubmitButton button"
  let last = null
  const keyed = (button) => [...(button.closest('[class*="st-key-"]')?.classList ?? [])].find((c) => c.startsWith("st-key-"))
  window.addEventListener("keydown", (event) => { if (!["Enter", " "].includes(event.key)) last = null }, true)
  window.addEventListener("click", (event) => {
    const button = event.target.closest?.(BUTTONS)
    if (!button || !event.isTrusted) return
    const now = { key: `${keyed(button)} ${button.innerText}`, at: Date.now(), x: event.clientX, y: event.clientY, byKey: event.detail === 0 }
    const near = last && (now.byKey ? last.byKey : Math.hypot(now.x - last.x, now.y - last.y) < 40)
    if (near && now.at - last.at < 1200 && now.key !== last.key) {
      last.at = now.at
      event.preventDefault()
      event.stopImmediatePropagation()
      return
    }
    last = now
  }, true)

  // The same for what is no button. The second click on what opens a dialog falls beside that dialog and would close it (React
  // Aria's useInteractOutside, which begins with pointerdown); the one on the button of a dialog falls on what lies under it, and
  // would open the list of questions.
  for (const kind of ["pointerdown", "mousedown", "click"]) {
    window.addEventListener(kind, (event) => {
      if (!last || !event.isTrusted || Date.now() - last.at > 1200 || event.target.closest?.(BUTTONS)) return
      if (last.byKey || Math.hypot(event.clientX - last.x, event.clientY - last.y) > 12) return
      event.preventDefault()
      event.stopImmediatePropagation()
    }, true)
  }

  window.addEventListener("click", (event) => {
    if (event.target.closest?.(".st-key-print-key button")) window.print()
  })

  // Streamlit reruns or clears the page at a bare r or c, wherever the focus is. In a meeting that is only ever a slip.
  const bare = (event) => ["r", "c"].includes(event.key?.toLowerCase()) && !event.ctrlKey && !event.metaKey && !event.altKey
  const typing = (target) => target.closest?.("input, textarea, select, [contenteditable=true]")
  for (const kind of ["keydown", "keyup", "keypress"]) {
    window.addEventListener(kind, (event) => {
      if (bare(event) && !typing(event.target)) event.stopImmediatePropagation()
    }, true)
  }
}
