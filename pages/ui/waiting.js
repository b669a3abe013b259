// Answers that could not be saved wait on the server, in the session; they wait in this tab, too, so that a new start of the
// server or a reload loses none. data: see browser.py, keep_waiting.
const waiting = () => JSON.parse(sessionStorage.getItem("homeward-waiting") ?? "{}")

export default function ({ data, setTriggerValue }) {
  const all = waiting()
  if (!data.known) {
    // A session that knows nothing of them: it is told, and says what has become of them when it draws this again.
    if (all[data.seat]) setTriggerValue("kept", all[data.seat])
    return
  }
  if (data.waiting) all[data.seat] = data.waiting
  else delete all[data.seat]
  sessionStorage.setItem("homeward-waiting", JSON.stringify(all))
}
