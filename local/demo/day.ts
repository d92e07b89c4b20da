const MS_PER_DAY = 86_400_000;
const MINUTES_PER_DAY = 1440;
const texts = new Map<number, string>();

/** Day number of 'YYYY-MM-DD', counted from 1970-01-01. */
export function dayOf(text: string): number {
  return Math.round(Date.parse(`${text}T00:00:00Z`) / MS_PER_DAY);
}

/** 'YYYY-MM-DD' of a day number. */
export function dayText(day: number): string {
  let text = texts.get(day);
  if (text === undefined) {
    text = new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
    texts.set(day, text);
  }
  return text;
}

/** 1 (Monday) to 7 of a day number. */
export function weekdayOf(day: number): number {
  return ((day + 3) % 7) + 1;
}

/** Minutes of local time since 1970-01-01 00:00 in Asia/Shanghai, for reckoning with instants. */
export function minuteOf(day: number, hour: number, minute = 0): number {
  return day * MINUTES_PER_DAY + hour * 60 + minute;
}

/** Instant of local minutes, ISO 8601 with +08:00. */
export function instantText(minutes: number): string {
  const whole = Math.floor(minutes);
  const day = Math.floor(whole / MINUTES_PER_DAY);
  const inDay = whole - day * MINUTES_PER_DAY;
  const hour = Math.floor(inDay / 60);
  const minute = inDay - hour * 60;
  return `${dayText(day)}T${hour < 10 ? '0' : ''}${hour}:${minute < 10 ? '0' : ''}${minute}:00+08:00`;
}

/** Day number on which local minutes lie. */
export function dayOfMinute(minutes: number): number {
  return Math.floor(minutes / MINUTES_PER_DAY);
}
