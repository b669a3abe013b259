// What the page needs of the browser beyond Streamlit; mounted once, outside every fragment.
export default function ({ data, setTriggerValue, parentElement }) {
  // What was typed and not saved is for whoever typed it: it stays while nobody is signed in, and goes when somebody else is.
  if (data.person) {
    const before = sessionStorage.getItem("homeward-person")
    if (before && before !== data.person) {
      for (const key of Object.keys(sessionStorage)) if (key.startsWith("homeward-")) sessionStorage.removeItem(key)
    }
    sessionStorage.setItem("homeward-person", data.person)
  }
  document.documentElement.lang = "en-GB"
  // Over the page, where no part of it that is drawn again moves.
  let mark = document.querySelector(".hw-mark")
  if (data.mark && !mark) {
    mark = document.createElement("p")
    mark.className = "hw-mark"
    document.body.append(mark)
  }
  if (mark) mark.textContent = data.mark
  // Streamlit gives the theme's colours to components only; style.css needs them for the whole page.
  const colours = () => {
    const theme = getComputedStyle(parentElement.host ?? parentElement)
    for (const name of ["--st-background-color", "--st-primary-color", "--st-text-color"]) {
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

  // A second click within 1.2 seconds and 16 px of a click on a button, on another button that has come to stand there or on the
  // same one that says something else by now, is a slip of a quick hand: it would agree the next question, remove the next person,
  // or take "I have finished" back. So is each further one, until nobody clicks there for as long. A second click on the same
  // button goes through; the server does nothing twice. A click elsewhere is meant, however soon it comes (the list of
  // sections); so is one after somebody has scrolled, typed, or pressed any key but Enter or space. What counts is when the hand
  // clicked (`timeStamp`): on a slow device the page hears of a click only when it has drawn what came before.
  const BUTTONS = ".stButton button, .stDownloadButton button, .stFormSubmitButton button"
  const STEPS = ["st-key-next-section"]  // from section to section, as quickly as somebody likes: its words change, and nothing is done
  let last = null
  const near = (event) => Math.hypot(event.clientX - last.x, event.clientY - last.y) < 16
  const keyed = (button) => [...(button.closest('[class*="st-key-"]')?.classList ?? [])].find((c) => c.startsWith("st-key-"))
  window.addEventListener("keydown", (event) => { if (!["Enter", " "].includes(event.key)) last = null }, true)
  for (const kind of ["wheel", "touchmove", "input"]) window.addEventListener(kind, () => { last = null }, { capture: true, passive: true })
  window.addEventListener("click", (event) => {
    const button = event.target.closest?.(BUTTONS)
    if (!button || !event.isTrusted) return
    const now = {
      key: STEPS.includes(keyed(button)) ? keyed(button) : `${keyed(button)} ${button.innerText}`, at: event.timeStamp, byKey: event.detail === 0, x: event.clientX, y: event.clientY,
    }
    const again = last && (now.byKey ? last.byKey : near(event))
    if (again && now.at - last.at < 1200 && now.key !== last.key) {
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
      if (!last || !event.isTrusted || event.timeStamp - last.at > 1200 || event.target.closest?.(BUTTONS)) return
      if (last.byKey) return
      if (!near(event)) {
        last = null  // somebody who has clicked elsewhere meanwhile is not clicking twice
        return
      }
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
