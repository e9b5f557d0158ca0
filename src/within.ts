/** Resolves when `work` ends, well or not, or after `ms`, whichever is first; true when it was `work`. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<boolean>(resolve => {
    timer = setTimeout(resolve, ms, false);
  });
  const ended = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([ended, enough]);
  } finally {
    clearTimeout(timer);
  }
}
