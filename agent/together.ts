/** Does the work of each item, in their order, with so many under way at once at most. Ends with the first that fails. */
export async function eachAtOnce<Item>(
  items: Iterable<Item>,
  most: number,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  // One iterator for all: what one lane has taken no other takes.
  const left = [...items].entries()
  const lane = async (): Promise<void> => {
    for (const [index, item] of left) await work(item, index)
  }
  await Promise.all(Array.from({ length: most }, lane))
}
