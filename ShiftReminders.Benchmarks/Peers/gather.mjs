// Calls `work` with lists of what was asked for at about the same time; each caller gets its own answer.
export function gather(most, work) {
  let asked = []
  return item => new Promise((resolve, reject) => {
    if (asked.push({ item, resolve, reject }) === 1) setTimeout(flush, 2)
    if (asked.length >= most) flush()
  })

  async function flush() {
    if (asked.length === 0) return
    const these = asked
    asked = []
    try {
      const answers = await work(these.map(({ item }) => item))
      these.forEach(({ resolve }, at) => resolve(answers[at]))
    } catch (failure) {
      these.forEach(({ reject }) => reject(failure))
    }
  }
}
