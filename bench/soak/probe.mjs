// Loaded into a gateway by `node --expose-gc --import`: tells over IPC what it holds when it is asked.
process.channel?.unref();
process.on('message', () => {
  globalThis.gc();
  const resources = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  let listeners = 0;
  for (const event of process.eventNames()) listeners += process.listenerCount(event);
  const { heapUsed, external } = process.memoryUsage();
  process.send({ heapMb: (heapUsed + external) / 2 ** 20, listeners, resources });
});
