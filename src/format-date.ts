/** Dates for people, with the month in letters: in figures, some read the day first and others the month. */

const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', options);
const DAY = format({ dateStyle: 'medium' });
const MINUTE = format({
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
});

function withFormat(by: Intl.DateTimeFormat, date: string): string {
  const parsed = new Date(date);
  return Number.isNaN(parsed.getTime()) ? date : by.format(parsed);
}

/** Formats an ISO date as a day of the local time zone: `1 Dec 2026`. A text that is no date is returned as it is. */
export const formatDay = (date: string): string => withFormat(DAY, date);

/** Formats an ISO date to the minute, with the local time zone: `1 December 2026 at 09:06 UTC`. */
export const formatMinute = (date: string): string => withFormat(MINUTE, date);
