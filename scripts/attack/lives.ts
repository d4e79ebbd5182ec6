import type { Random } from '../random.ts'

/** What is so in one minute of a life. */
export interface Moment {
  /** The computer is on. */
  readonly awake: boolean
  /** AWS can be reached. */
  readonly reachable: boolean
  /** How many minutes the computer's clock is ahead of the true time. */
  readonly ahead: number
  /** Which login of the user's lives, by the day on which it was made; undefined for none. */
  readonly login: number | undefined
}

export interface Life {
  readonly title: string
  at(minute: number): Moment
}

export const day = 24 * 60
const at = (hour: number): number => hour * 60
const well: Moment = { awake: true, reachable: true, ahead: 0, login: 0 }

const isWorkday = (date: number): boolean => date % 7 < 5

/** On from half past eight to half past six, on workdays; the user logs in at nine, for ten hours. */
function office(minute: number): Moment {
  const [date, time] = [Math.floor(minute / day), minute % day]
  const login = isWorkday(date) && time >= at(9) && time < at(19) ? date : undefined
  return { ...well, awake: isWorkday(date) && time >= at(8.5) && time < at(18.5), login }
}

/** The whole of one day in three is spent asleep, some of it in the middle of work. */
function traveller(minute: number): Moment {
  return { ...well, awake: Math.floor(minute / (8 * 60)) % 3 !== 1 && minute % 97 > 20 }
}

/** Every other day AWS is away for an hour. */
function outages(random: Random): (minute: number) => Moment {
  const starts = Array.from({ length: 30 }, () => Math.floor(random() * (day - 60)))
  return (minute) => {
    const [date, time] = [Math.floor(minute / day), minute % day]
    const start = starts[date] ?? 0
    return { ...well, reachable: !(date % 2 === 1 && time >= start && time < start + 60) }
  }
}

/** The clock is a day wrong, for two hours and for five days, forwards and back. */
const jumps: readonly (readonly [from: number, to: number, ahead: number])[] = [
  [3 * day + 100, 3 * day + 220, day],
  [6 * day + 700, 6 * day + 820, -day],
  [9 * day, 14 * day, day],
  [18 * day + 300, 23 * day, -day],
]
const aheadAt = (minute: number): number => jumps.find(([from, to]) => minute >= from && minute < to)?.[2] ?? 0

export function livesOf(random: Random): readonly Life[] {
  const away = outages(random)
  return [
    { title: 'a server', at: () => well },
    { title: 'an office', at: office },
    { title: 'a traveller', at: traveller },
    { title: 'outages of AWS', at: away },
    { title: 'a clock that jumps', at: (minute) => ({ ...well, ahead: aheadAt(minute) }) },
    {
      title: 'an office with all of it',
      at: (minute) => ({ ...office(minute), reachable: away(minute).reachable, ahead: aheadAt(minute) }),
    },
  ]
}
