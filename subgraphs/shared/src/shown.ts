import { redact } from './domain/redact.ts';

/**
 * What an error tells, without what tells who somebody is (§10.3 S5): a value of a caller's input may be quoted in it, and whoever writes
 * down an error would write down a telephone number. Texts lose what the redactor is certain of; ids, codes and dates stay as they are.
 */
export function shown<T>(value: T): T {
  if (typeof value === 'string') return redact(value).text as T;
  if (typeof value === 'number') return (redact(String(value)).certain.length > 0 ? '■' : value) as T;
  if (Array.isArray(value)) return value.map(shown) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shown(each)])) as T;
}
