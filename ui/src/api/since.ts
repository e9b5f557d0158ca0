import { useEffect, useState } from 'react';

const minuteMs = 60_000;

/** When the last `ms` milliseconds began, to the minute, so that a question asked twice in a minute is the same one. */
export function useSince(ms: number): number {
  const [now, setNow] = useState(minute);
  useEffect(() => {
    const timer = setInterval(() => setNow(minute()), minuteMs);
    return () => clearInterval(timer);
  }, []);
  return now - ms;
}

function minute(): number {
  return Math.floor(Date.now() / minuteMs) * minuteMs;
}
