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

  // Streamlit reruns or clears the page at a bare r or c, wherever the focus is. In a meeting that is only ever a slip.
  const bare = (event) => ["r", "c"].includes(event.key?.toLowerCase()) && !event.ctrlKey && !event.metaKey && !event.altKey
  const typing = (target) => target.closest?.("input, textarea, select, [contenteditable=true]")
  for (const kind of ["keydown", "keyup", "keypress"]) {
    window.addEventListener(kind, (event) => {
      if (bare(event) && !typing(event.target)) event.stopImmediatePropagation()
    }, true)
  }
}
