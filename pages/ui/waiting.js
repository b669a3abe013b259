// Answers that could not be saved wait on the server, in the session; they wait in this tab, too, so that a new start of the
// server or a reload loses none. data: see browser.py, keep_waiting.
const waiting = () => JSON.parse(sessionStorage.getItem("homeward-waiting") ?? "{}")
const AGAIN = 3000
let asking

export default function ({ data, setTriggerValue }) {
  const all = waiting()
  clearTimeout(asking)
  if (!data.known) {
    // A session that knows nothing of them: it is told, and says what has become of them when it draws this again. Streamlit
    // drops a message while the websocket is down, and sends one that comes together with the listener's as if it were from the
    // listener's fragment, which alone is run then: so it is told until it has drawn this.
    const tell = () => {
      setTriggerValue("kept", all[data.seat])
      asking = setTimeout(tell, AGAIN)
    }
    if (all[data.seat]) tell()
    return
  }
  if (data.waiting) all[data.seat] = data.waiting
  else delete all[data.seat]
  sessionStorage.setItem("homeward-waiting", JSON.stringify(all))
}
